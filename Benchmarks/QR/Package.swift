// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that the product never links the peers it is measured against.
// Needs Debian's libqrencode-dev and libpng-dev.
let package = Package(
    name: "qr-benchmark",
    dependencies: [.package(name: "matou", path: "../..")],
    targets: [
        .executableTarget(
            name: "QRBenchmark",
            dependencies: [
                "CReference",
                .product(name: "QR", package: "matou"),
                .product(name: "Imaging", package: "matou"),
            ]),
        // libqrencode and libpng, and the one call into libpng that Swift cannot make: it needs setjmp.
        .target(
            name: "CReference",
            linkerSettings: [.linkedLibrary("qrencode"), .linkedLibrary("png")]),
    ],
    swiftLanguageModes: [.v6]
)
