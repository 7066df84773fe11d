/// Somebody with a phone, who may follow any of the gateway's accounts.
package struct Person: Sendable, Hashable, Codable {
    package let id: String
    package var name: String
    package let created: Moment

    /// The gateway's bound of people, and of the characters of a name.
    static let countMax = 200_000
    static let nameLengthMax = 64

    /// Names for people whom nobody named.
    static let names = [
        "明月", "小舟", "林晓", "周岩", "陈晨", "王小川", "李想", "赵云帆", "孙悦", "吴桐",
        "郑南", "冯一诺", "沈清", "韩江", "杨柳", "朱砂", "秦岭", "许愿", "何田", "吕梁",
        "施然", "张弛", "孔雀", "曹知白", "严冬", "华年", "金石", "魏来", "陶然", "姜黄",
    ]
}
