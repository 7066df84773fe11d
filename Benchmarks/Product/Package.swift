// swift-tools-version: 6.1
import PackageDescription

// Runs the built program from outside, so it depends on none of its modules.
let package = Package(
    name: "product-benchmark",
    targets: [
        .executableTarget(
            name: "ProductBenchmark", dependencies: ["CSQLite"],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
            ]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    ],
    swiftLanguageModes: [.v6]
)
