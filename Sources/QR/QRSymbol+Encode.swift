extension QRSymbol {
    /// Encodes a text in the smallest version that holds it.
    ///
    /// The split into modes makes the shortest bit stream there is for the version; without ECI a
    /// reader takes bytes for UTF-8, as with WeChat's own codes. With ECI nothing is written in Kanji
    /// mode: its bytes would be read as the UTF-8 that was declared. The mask, unless it is chosen, has
    /// the lowest penalty of all eight, finder-like patterns being counted inside the symbol only.
    ///
    /// - Throws: `EncodingError.tooLong` with how far, and what would fit.
    public static func encode(
        _ text: String, _ options: Options = Options()
    ) throws(EncodingError) -> QRSymbol {
        var text = text
        let result = text.withUTF8 { bytes in
            encoding(bytes, options, kanji: options.kanji && !options.eci)
        }
        return try result.get()
    }

    /// Encodes bytes of any kind; the Kanji option has no effect on them.
    ///
    /// - Throws: as for a text.
    public static func encode(
        _ bytes: [UInt8], _ options: Options = Options()
    ) throws(EncodingError) -> QRSymbol {
        try bytes.withUnsafeBufferPointer { bytes in
            encoding(bytes, options, kanji: false)
        }.get()
    }

    private static func encoding(
        _ text: UnsafeBufferPointer<UInt8>, _ options: Options, kanji: Bool
    ) -> Result<QRSymbol, EncodingError> {
        Result { () throws(EncodingError) in
            let versions = try options.versions()
            if let mask = options.mask, !(0..<MaskPattern.count).contains(mask) {
                throw .maskOutOfRange(mask)
            }
            let fit = VersionFit(text, kanji: kanji, eci: options.eci)
            guard let choice = fit.smallest(in: versions, level: options.level) else {
                throw .tooLong(fit.excess(in: versions, level: options.level))
            }
            let level = options.boost ? choice.boosted(from: options.level) : options.level
            let template = CandidateTemplate.of(version: choice.version, level: level)
            return SymbolDrawing(template: template, level: level, mask: options.mask)
                .draw { writer in choice.write(text, to: &writer) }
        }
    }
}

extension QRSymbol.Options {
    fileprivate func versions() throws(QRSymbol.EncodingError) -> ClosedRange<Int> {
        guard minVersion >= 1, minVersion <= maxVersion, maxVersion <= 40 else {
            throw .versionsOutOfRange(min: minVersion, max: maxVersion)
        }
        return minVersion...maxVersion
    }
}
