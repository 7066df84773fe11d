import ReedSolomon
import Testing

struct ParityTests {
    @Test func `the standard's worked example has the parity that the standard prints`() {
        let data: [UInt8] =
            [0x10, 0x20, 0x0C, 0x56, 0x61, 0x80]
            + [UInt8](
                [[0xEC, 0x11], [0xEC, 0x11], [0xEC, 0x11], [0xEC, 0x11], [0xEC, 0x11]].joined())
        let parity: [UInt8] = [0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55]
        #expect(ReedSolomonCode(parityCount: 10).parity(of: data) == parity)
    }

    @Test(arguments: [
        (
            [67, 85, 70, 134, 87, 38, 85, 194, 119, 50, 6, 18, 6, 103, 38],
            [213, 199, 11, 45, 115, 247, 241, 223, 229, 248, 154, 117, 154, 111, 86, 161, 111, 39]
        ),
        (
            [246, 246, 66, 7, 118, 134, 242, 7, 38, 86, 22, 198, 199, 146, 6],
            [87, 204, 96, 60, 202, 182, 124, 157, 200, 134, 27, 129, 209, 17, 163, 163, 120, 133]
        ),
        (
            [182, 230, 247, 119, 50, 7, 118, 134, 87, 38, 82, 6, 134, 151, 50, 7],
            [148, 116, 177, 212, 76, 133, 75, 242, 238, 76, 195, 230, 189, 10, 108, 240, 192, 141]
        ),
    ])
    func `published blocks of a 5-Q symbol have their published parity`(
        data: [UInt8], parity: [UInt8]
    ) {
        #expect(ReedSolomonCode(parityCount: 18).parity(of: data) == parity)
    }

    @Test(arguments: [
        (7, [87, 229, 146, 149, 238, 102, 21]),
        (10, [251, 67, 46, 61, 118, 70, 64, 94, 32, 45]),
        (13, [74, 152, 176, 100, 86, 100, 106, 104, 130, 218, 206, 140, 78]),
        (16, [120, 104, 107, 109, 102, 161, 76, 3, 91, 191, 147, 169, 182, 194, 225, 120]),
    ])
    func `generators are those of the standard's annex A`(degree: Int, exponents: [Int]) {
        let generator = ReedSolomonCode(parityCount: degree).generator
        #expect(generator == exponents.map { GaloisField.power($0) })
    }

    @Test func `a code of any length makes codewords`() throws {
        let data = (0..<100).map { UInt8($0 * 7 % 256) }
        for count in [1, 31, 32, 33, 68, 155] {
            let code = ReedSolomonCode(parityCount: count)
            var codeword = data + code.parity(of: data)
            #expect(try code.correct(&codeword) == [])
        }
    }
}
