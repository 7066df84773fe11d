// Compiled by Fuzz/run into one module with the parser's sources; no part of the test target.

/// libFuzzer's entry.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    if let fault = ParserInvariants.check(input) { preconditionFailure(fault) }
    return 0
}
