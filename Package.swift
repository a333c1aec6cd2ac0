// swift-tools-version: 6.2
// Targets are layers: each may import only what is listed in its dependencies.
import PackageDescription

let swift: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// Kernels are always optimised, so that debug builds and tests stay usable.
let kernels: [CSetting] = [
  .unsafeFlags(["-O3", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off", "-Wall", "-Wextra"])
]

let package = Package(
  name: "Reprise",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Reprise", targets: ["Reprise"]),
    .library(name: "RepriseCommand", targets: ["RepriseCommand"]),
    .executable(name: "reprise", targets: ["reprise-cli"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    .target(name: "CReprise", cSettings: kernels, linkerSettings: [.linkedLibrary("m")]),
    .systemLibrary(
      name: "CHDF5", pkgConfig: "hdf5",
      providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),

    .target(name: "RepriseCore", dependencies: ["CReprise"], swiftSettings: swift),
    .target(name: "RepriseModel", dependencies: ["RepriseCore"], swiftSettings: swift),
    .target(name: "RepriseBackends", dependencies: ["RepriseModel", "CReprise"], swiftSettings: swift),
    .target(name: "RepriseTraining", dependencies: ["RepriseModel"], swiftSettings: swift),
    .target(
      name: "RepriseIO",
      dependencies: ["RepriseCore", "RepriseModel", "CHDF5", .product(name: "TOMLKit", package: "TOMLKit")],
      swiftSettings: swift),
    .target(
      name: "ReprisePlot",
      dependencies: ["RepriseModel", .product(name: "Subprocess", package: "swift-subprocess")],
      swiftSettings: swift),
    .target(
      name: "Reprise",
      dependencies: ["RepriseTraining", "RepriseBackends", "RepriseIO", "ReprisePlot"],
      swiftSettings: swift),
    .target(
      name: "RepriseCommand",
      dependencies: ["Reprise", "RepriseModel", "RepriseCore", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      swiftSettings: swift),
    .executableTarget(name: "reprise-cli", dependencies: ["RepriseCommand"], swiftSettings: swift),

    .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
    .target(
      name: "RepriseTestSupport", dependencies: ["Reprise", "RepriseTraining", "RepriseBackends", "RepriseCore"],
      path: "Tests/RepriseTestSupport", swiftSettings: swift),
    .testTarget(
      name: "CoreTests", dependencies: ["RepriseCore", "CReprise", "RepriseTestSupport"], swiftSettings: swift),
    .testTarget(
      name: "ModelTests", dependencies: ["RepriseModel", "RepriseCore", "RepriseTestSupport"], swiftSettings: swift),
    .testTarget(
      name: "BackendTests", dependencies: ["RepriseBackends", "RepriseTraining", "CReprise", "CAllocationCount", "RepriseTestSupport"],
      swiftSettings: swift),
    .testTarget(
      name: "TrainingTests", dependencies: ["RepriseTraining", "RepriseBackends", "RepriseTestSupport"],
      swiftSettings: swift),
    .testTarget(name: "IOTests", dependencies: ["RepriseIO", "RepriseCore", "RepriseTestSupport"], swiftSettings: swift),
    .testTarget(name: "PlotTests", dependencies: ["ReprisePlot", "RepriseTestSupport"], swiftSettings: swift),
    .testTarget(
      name: "CLITests",
      dependencies: [
        "reprise-cli", "Reprise", "RepriseIO", "RepriseTestSupport",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: swift),
  ],
  cLanguageStandard: .gnu2x
)
