// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "http-benchmarks",
    dependencies: [
        // Measured against, never built into the product.
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", exact: "2.28.1")
    ],
    targets: [
        .executableTarget(name: "Bench", swiftSettings: settings),
        .executableTarget(name: "OurServer", dependencies: ["HTTP"], swiftSettings: settings),
        .executableTarget(name: "BareLoop"),
        .executableTarget(
            name: "HummingbirdServer",
            dependencies: [.product(name: "Hummingbird", package: "hummingbird")],
            swiftSettings: settings),

        // Links to the product's sources, so that its own package and dependencies need not be resolved.
        .target(
            name: "HTTP", dependencies: ["CEpoll", "CZlib"], exclude: ["README.md"],
            swiftSettings: settings),
        .target(name: "CEpoll"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    ],
    swiftLanguageModes: [.v6]
)
