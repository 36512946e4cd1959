// swift-tools-version: 6.2
import PackageDescription

// The main package's readers, compiled for coverage-guided fuzzing: `make fuzz`. The folders of Sources are links into the main package, so
// nothing is kept twice; LibTorch is not needed.
let package = Package(
  name: "Fuzz",
  dependencies: [.package(url: "https://github.com/jpsim/Yams", from: "6.2.2")],
  targets: [
    .systemLibrary(name: "CZlib", pkgConfig: "zlib"),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng"),
    .target(name: "Numerics"),
    .target(name: "Volumes", dependencies: ["Numerics"]),
    .target(name: "Files"),
    .target(name: "NIfTI", dependencies: ["Files", "Volumes", "CZlib"]),
    .target(name: "PyTorchFiles", dependencies: ["CZlib"]),
    .target(
      name: "Networks",
      sources: [
        "NetworkError.swift", "UNetConfiguration.swift", "UNetConfiguration+Shapes.swift", "UNetParameters.swift",
        "UNetParameters+Residual.swift",
      ]),
    .target(name: "Preprocessing", dependencies: ["Volumes"]),
    .target(name: "Tensors"),
    .target(name: "Levels", dependencies: ["Files", "Morphometry", "Numerics", "Simulation", "Volumes"]),
    .target(name: "Models", dependencies: ["CZlib", "Files", "Levels", "Networks", "Preprocessing", "PyTorchFiles", "Tensors", "Volumes"]),
    .target(name: "Morphometry", dependencies: ["Numerics", "Volumes"]),
    .target(name: "Statistics", dependencies: ["Numerics"]),
    .target(name: "Reports", dependencies: ["Files", "Morphometry", "CPNG"]),
    .target(name: "Datasets", dependencies: ["Files"]),
    .target(name: "Evaluation", dependencies: ["Datasets", "Files", "Morphometry", "NIfTI", "Numerics", "Reports", "Statistics"]),
    .target(name: "Settings", dependencies: [.product(name: "Yams", package: "Yams")]),
    .target(name: "Simulation", dependencies: ["Numerics", "Volumes"]),
    .target(name: "Cohorts", dependencies: ["Simulation"]),
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "CPNG", "Cohorts", "Datasets", "Evaluation", "Files", "Models", "Networks", "NIfTI", "PyTorchFiles", "Reports", "Settings",
        "Simulation",
      ],
      swiftSettings: [.unsafeFlags(["-parse-as-library"])]),
  ],
  swiftLanguageModes: [.v6]
)
