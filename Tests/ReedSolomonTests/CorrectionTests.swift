import ReedSolomon
import TestSupport
import Testing

struct CorrectionTests {
    @Test(arguments: 0..<200)
    func `errors and erasures up to the limit are always repaired`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let parityCount = Int.random(in: 1...40, using: &random)
        let code = ReedSolomonCode(parityCount: parityCount)
        let data = (0..<Int.random(in: 1...(255 - parityCount), using: &random)).map { _ in
            UInt8.random(in: 0...255, using: &random)
        }
        let whole = data + code.parity(of: data)
        let erasureCount = Int.random(in: 0...min(parityCount, whole.count), using: &random)
        let errorCount = min((parityCount - erasureCount) / 2, whole.count - erasureCount)
        let places = Array(whole.indices.shuffled(using: &random).prefix(erasureCount + errorCount))
        var damaged = whole
        for place in places.prefix(errorCount) {
            damaged[place] ^= UInt8.random(in: 1...255, using: &random)
        }
        for place in places.dropFirst(errorCount) {
            damaged[place] = UInt8.random(in: 0...255, using: &random)
        }
        let differing = whole.indices.filter { whole[$0] != damaged[$0] }
        let changed = try code.correct(
            &damaged, erasures: Array(places.dropFirst(errorCount)))
        #expect(damaged == whole)
        #expect(changed == differing)
    }

    @Test func `damage past the limit leaves the codeword as it was`() {
        let code = ReedSolomonCode(parityCount: 20)
        let whole = [UInt8](1...60) + code.parity(of: [UInt8](1...60))
        var refused = 0
        for seed in 0..<100 {
            var random = SeededGenerator(seed: UInt64(seed))
            var damaged = whole
            for place in whole.indices.shuffled(using: &random).prefix(30) {
                damaged[place] ^= UInt8.random(in: 1...255, using: &random)
            }
            let before = damaged
            do {
                _ = try code.correct(&damaged)
            } catch {
                #expect(error == .uncorrectable)
                #expect(damaged == before)
                refused += 1
            }
        }
        #expect(refused == 100)
    }

    @Test func `one erasure more than the parity holds is refused`() throws {
        let code = ReedSolomonCode(parityCount: 10)
        let whole = [UInt8](1...30) + code.parity(of: [UInt8](1...30))
        for count in [10, 11] {
            var damaged = whole
            for place in 0..<count { damaged[3 * place] ^= 0x5A }
            let before = damaged
            let erasures = (0..<count).map { 3 * $0 }
            if count == 10 {
                #expect(try code.correct(&damaged, erasures: erasures) == erasures)
                #expect(damaged == whole)
            } else {
                #expect(throws: ReedSolomonCode.CorrectionError.uncorrectable) {
                    try code.correct(&damaged, erasures: erasures)
                }
                #expect(damaged == before)
            }
        }
    }

    @Test func `impossible requests are refused`() {
        let code = ReedSolomonCode(parityCount: 4)
        var short: [UInt8] = [1, 2, 3, 4]
        #expect(throws: ReedSolomonCode.CorrectionError.wrongLength(4)) {
            try code.correct(&short)
        }
        var word: [UInt8] = [1, 2, 3, 4, 5]
        #expect(throws: ReedSolomonCode.CorrectionError.erasureOutOfRange(5)) {
            try code.correct(&word, erasures: [5])
        }
    }
}
