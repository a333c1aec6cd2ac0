// swift-tools-version: 6.2
// A program of your own: all of `reprise`, and plug-ins. Copy this folder and change the path, or the URL, of Reprise.
import PackageDescription

let package = Package(
  name: "my-reprise",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "Reprise", path: "../..")],
  targets: [
    .executableTarget(
      name: "my-reprise", dependencies: [.product(name: "RepriseCommand", package: "Reprise")])
  ]
)
