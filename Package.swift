// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Counting bits is one instruction on every x86-64 of the last fifteen years, and on arm64 anyway.
#if arch(x86_64)
let fast = settings + [.unsafeFlags(["-Xcc", "-mpopcnt"])]
#else
let fast = settings
#endif

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
/// Not imported: swift-crypto brings it along, and it is held at the version that was tested.
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "matou",
    products: [
        .executable(name: "matou", targets: ["MatouCommand"]),
        // For the benchmarks, which are packages of their own.
        .library(name: "QR", targets: ["QR"]),
        .library(name: "Imaging", targets: ["Imaging"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-asn1.git", exact: "1.7.4"),
        .package(url: "https://github.com/groue/GRDB.swift.git", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache.git", exact: "2.1.1"),
    ],
    targets: [
        // The command: reads flags, picks the engine, wires everything.
        .executableTarget(
            name: "MatouCommand",
            dependencies: [
                "MatouWeb", "Matou", "MockWeChat", "SQLite", "SQL", "Jobs", "WeChat", "HTTPClient",
                "Imaging", "Sheets", "QR", "HTTP", "CMalloc", arguments, logging,
            ],
            swiftSettings: settings),

        // The product: what Matou does, and how it shows it to people and machines.
        .target(
            name: "MatouWeb",
            dependencies: [
                "HTTP", "HTMLEscaping", "Matou", "QR", "Imaging", "Sheets", "Archives", crypto,
                mustache, logging,
            ],
            swiftSettings: settings),
        .target(
            name: "Matou",
            dependencies: [
                "SQL", "Jobs", "WeChat", "HTTPClient", "Imaging", "QR", "Sheets", "Archives",
                crypto, cryptoExtras,
            ],
            swiftSettings: settings),

        // The other side: WeChat as an HTTP app, a second reading of WeChat's manual.
        .target(
            name: "MockWeChat",
            dependencies: [
                "HTTP", "HTTPClient", "HTMLEscaping", "XML", "QR", "Imaging", mustache, crypto,
                cryptoExtras,
            ],
            swiftSettings: settings),

        // Tools: each knows nothing of Matou and could be a package of its own.
        .target(
            name: "WeChat", dependencies: ["HTTPClient", "XML", crypto, cryptoExtras, asn1],
            swiftSettings: settings),
        .target(name: "XML", swiftSettings: settings),
        .target(name: "HTMLEscaping", dependencies: [mustache], swiftSettings: settings),
        .target(name: "HTTPClient", dependencies: ["CCurl"], swiftSettings: settings),
        .target(name: "Jobs", dependencies: ["SQL"], swiftSettings: settings),
        .target(name: "Sheets", dependencies: ["CXlsx", "Transcoding"], swiftSettings: settings),
        .target(name: "Archives", dependencies: ["CArchive"], swiftSettings: settings),
        .target(
            name: "SQLite",
            dependencies: [
                "SQL", "CSQLite", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .target(name: "SQL", swiftSettings: settings),
        .target(
            name: "HTTP", dependencies: ["CEpoll", "CZlib"], exclude: ["README.md"],
            swiftSettings: settings),
        .target(
            name: "Imaging", dependencies: ["QR", "CZlib", "CPictureRows"], swiftSettings: fast),
        .target(name: "QR", dependencies: ["ReedSolomon", "Transcoding"], swiftSettings: fast),
        .target(name: "ReedSolomon", swiftSettings: fast),
        .target(name: "Transcoding", swiftSettings: settings),

        // Tests: a target for most of the modules above; Archives is tested with Sheets, the command
        // by whole journeys. TestSupport is what all share, TestWorld what those of the product build
        // with.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        .target(
            name: "TestWorld",
            dependencies: [
                "TestSupport", "Jobs", "Matou", "MatouWeb", "HTTP", "HTTPClient", "SQL", "SQLite",
                "WeChat", logging,
            ],
            path: "Tests/TestWorld", exclude: ["reading"], swiftSettings: settings),
        .testTarget(
            name: "JourneyTests",
            dependencies: [
                "TestSupport", "TestWorld", "MockWeChat", "HTTP", "MatouCommand", "SQLite", "SQL",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "MatouWebTests",
            dependencies: [
                "TestSupport", "TestWorld", "MatouWeb", "Matou", "HTTP", "HTTPClient", "WeChat",
                "SQL", "SQLite", "Imaging", "QR", logging, mustache,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "MatouTests",
            dependencies: [
                "TestSupport", "TestWorld", "Matou", "Jobs", "SQL", "WeChat", "HTTPClient",
                "Sheets",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "MockWeChatTests", dependencies: ["TestSupport", "MockWeChat", "HTTP", crypto],
            exclude: ["wechatpy"],
            swiftSettings: settings),
        .testTarget(
            name: "WeChatTests", dependencies: ["TestSupport", "WeChat", "HTTPClient"],
            swiftSettings: settings),
        .testTarget(
            name: "HTTPClientTests", dependencies: ["TestSupport", "HTTPClient"],
            swiftSettings: settings),
        .testTarget(
            name: "JobsTests", dependencies: ["TestSupport", "Jobs", "SQL", "SQLite"],
            swiftSettings: settings),
        .testTarget(
            name: "SQLiteTests", dependencies: ["TestSupport", "SQL", "SQLite"],
            swiftSettings: settings),
        .testTarget(
            name: "SheetsTests", dependencies: ["TestSupport", "Sheets", "Archives", "TestWorld"],
            swiftSettings: settings),
        .testTarget(name: "SQLTests", dependencies: ["SQL"], swiftSettings: settings),
        .testTarget(
            name: "HTTPTests", dependencies: ["TestSupport", "HTTP"], exclude: ["Fuzz"],
            swiftSettings: settings),
        .testTarget(
            name: "ImagingTests", dependencies: ["Imaging", "QR", "TestSupport", "TestWorld"],
            exclude: ["Fuzz", "peers"], swiftSettings: settings),
        .testTarget(
            name: "QRTests", dependencies: ["TestSupport", "QR", "ReedSolomon"],
            swiftSettings: settings),
        .testTarget(
            name: "ReedSolomonTests", dependencies: ["TestSupport", "ReedSolomon"],
            swiftSettings: settings),

        // C: module maps and headers; code of ours only where a library's errors jump.
        .target(name: "CEpoll"),
        .target(name: "CMalloc"),
        .target(name: "CPictureRows", dependencies: ["CPNG", "CJPEG"]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(
            name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg62-turbo-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(
            name: "CXlsx", pkgConfig: "xlsxwriter", providers: [.apt(["libxlsxwriter-dev"])]),
        .systemLibrary(
            name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    ],
    swiftLanguageModes: [.v6]
)
