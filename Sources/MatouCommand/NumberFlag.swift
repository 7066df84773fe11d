extension Int {
    /// The number that a flag was given. The flag takes any text, so that what is no number is told its
    /// range as well.
    ///
    /// - Throws: `CommandFailure` with status 64, the flag's name and what it takes.
    init(
        _ text: String, of flag: String, in range: ClosedRange<Int>, _ unit: String = ""
    ) throws(CommandFailure) {
        guard let number = Int(text), range.contains(number) else {
            throw CommandFailure(
                words: "\(flag) is \(text), but must be \(range.lowerBound) to "
                    + "\(range.upperBound)\(unit)", status: 64)
        }
        self = number
    }
}
