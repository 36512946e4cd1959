// swift-tools-version: 6.2
import PackageDescription

// Pipeline order. The half above the line never links LibTorch.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

func library(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.byName(name: name)] + dependencies, resources: resources, swiftSettings: strict)
}

/// A program of docs/library.md.
func example(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: "Example" + name, dependencies: dependencies, path: "Examples/" + name, swiftSettings: strict)
}

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let yaml = Target.Dependency.product(name: "Yams", package: "Yams")
let golden: [Resource] = [.copy("Golden")]

// `--static-swift-stdlib` reaches programs only: the Makefile asks for Swift's runtime inside the C libraries, too.
let runtime: [LinkerSetting] = Context.environment["SOFTCORD_STATIC"] == nil ? [] : [.unsafeFlags(["-static-stdlib"])]

let package = Package(
  name: "SoftCord",
  products: [
    .executable(name: "softcord", targets: ["softcord"]),
    // What docs/library.md explains.
    .library(name: "SoftCord", targets: ["Volumes", "NIfTI", "Morphometry", "Measuring", "Inference", "Pipeline"]),
    .library(name: "SoftCordMorphometry", targets: ["Volumes", "NIfTI", "Morphometry", "Measuring"]),
    .library(name: "SoftCordSimulation", targets: ["Volumes", "NIfTI", "Simulation", "Registration", "GroundTruth", "Cohorts"]),
    .library(name: "SoftCordTraining", targets: ["Training", "Study"]),
    // What docs/c.md explains; a program links one of the two.
    .library(name: "softcord-measure", type: .dynamic, targets: ["Interface"]),
    .library(name: "softcord-engine", type: .dynamic, targets: ["Interface", "EngineInterface"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CMalloc"),
    .target(name: "CSoftCord"),
    library("Numerics"),
    library("Files"),
    .target(name: "Settings", dependencies: [yaml], swiftSettings: strict),
    library("Volumes"),
    library("NIfTI", ["Files", "Volumes", "CZlib"]),
    library("Preprocessing", ["Volumes"]),
    library("PyTorchFiles", ["CZlib"]),
    library("Morphometry", ["Numerics", "Volumes"]),
    library("Statistics", ["Numerics"]),
    library("Simulation", ["Numerics", "Volumes"]),
    library("Levels", ["Files", "Morphometry", "Numerics", "Simulation", "Volumes"]),
    library("Reports", ["Files", "Morphometry", "CPNG"]),
    library("Datasets", ["Files"]),
    library("Change", ["Datasets", "Files", "Morphometry"]),
    library("Measuring", ["Datasets", "Files", "Morphometry", "NIfTI", "Numerics", "Reports"]),
    library("Evaluation", ["Datasets", "Files", "Morphometry", "NIfTI", "Numerics", "Reports", "Statistics"]),
    library("Derivatives", ["Datasets", "Files", "NIfTI", "CCrypto"]),
    library("Registration", ["Files", "Morphometry", "NIfTI", "Numerics"]),
    library("GroundTruth", ["Datasets", "Derivatives", "Files", "NIfTI", "Numerics", "Registration", "Reports"]),
    library("Cohorts", ["Datasets", "Files", "NIfTI", "Numerics", "Simulation", "GroundTruth", "Reports"]),
    library(
      "Statuses",
      [
        "Change", "Cohorts", "Datasets", "Evaluation", "Files", "GroundTruth", "Measuring", "Morphometry", "NIfTI", "Preprocessing",
        "Registration", "Reports", "Settings", "Simulation",
      ]),
    .target(
      name: "Interface", dependencies: ["CSoftCord", "Cohorts", "Evaluation", "Measuring", "NIfTI", "Statuses"], swiftSettings: strict,
      linkerSettings: runtime),
    // ── LibTorch ──
    .systemLibrary(name: "LibTorch", pkgConfig: "libtorch"),
    .target(name: "CTorch", dependencies: ["LibTorch"], exclude: ["gloo/README"], cxxSettings: [.headerSearchPath("gloo")]),
    library("Tensors", ["CTorch", "CMalloc"]),
    library("Networks", ["Tensors"]),
    library("Models", ["CZlib", "Files", "Levels", "Networks", "Preprocessing", "PyTorchFiles"], resources: [.copy("Resources")]),
    library("Inference", ["Models"]),
    library("Augmentation", ["Numerics", "Tensors", "Volumes"]),
    library(
      "Training",
      [
        "Augmentation", "Cohorts", "Datasets", "Derivatives", "Files", "Levels", "Simulation", "Inference", "Morphometry", "NIfTI",
        "Numerics",
        "Reports", "Settings",
      ],
      resources: [.copy("Recipes")]),
    library(
      "Pipeline",
      [
        "Change", "Cohorts", "Datasets", "Derivatives", "Files", "Inference", "Levels", "Morphometry", "NIfTI", "Registration", "Reports",
        "Simulation", "Statuses",
      ]),
    library("EngineInterface", ["CSoftCord", "Interface", "Pipeline"]),
    library(
      "Batch",
      [
        "Datasets", "Derivatives", "Evaluation", "Files", "Inference", "Measuring", "Models", "Morphometry", "NIfTI", "Numerics",
        "Pipeline",
        "Preprocessing", "Reports", "Simulation", "Statistics", "Tensors", "Volumes",
      ],
      resources: [.copy("Resources")]),
    library(
      "Study",
      ["Augmentation", "Cohorts", "Derivatives", "Evaluation", "Files", "GroundTruth", "Inference", "Numerics", "Settings", "Training"],
      resources: [.copy("Configurations")]),
    .executableTarget(
      name: "softcord",
      dependencies: [
        "Files", "Numerics", "Settings", "Volumes", "NIfTI", "Preprocessing", "Morphometry", "Simulation", "Reports", "Datasets", "Cohorts",
        "Change", "Evaluation", "Measuring", "Batch", "Statistics",
        "Registration",
        "GroundTruth", "Models", "Inference", "Training", "Study", "Derivatives", "Pipeline", "Statuses", arguments,
      ], swiftSettings: strict),
    // Not installed: figures of documents come from it.
    .executableTarget(
      name: "softcord-bench", dependencies: ["Cohorts", "Derivatives", "Files", "GroundTruth", "Numerics", arguments], swiftSettings: strict
    ),
    example("Segment", ["Pipeline"]),
    example("Measure", ["Morphometry", "NIfTI"]),
    example("Simulate", ["Cohorts"]),
    example("Train", ["Training"]),
    .testTarget(
      name: "LibraryTests",
      dependencies: ["softcord", "ExampleSegment", "ExampleMeasure", "ExampleSimulate", "ExampleTrain", "NIfTI", "Simulation"],
      exclude: ["C"], swiftSettings: strict),
    tests("Numerics"),
    tests("Files"),
    tests("Settings"),
    tests("Volumes", resources: golden),
    tests("NIfTI", ["Files"], resources: golden),
    tests("Preprocessing", resources: golden),
    tests("PyTorchFiles", resources: golden),
    tests("Morphometry", ["NIfTI", "Numerics", "Simulation"], resources: golden),
    tests("Levels", ["Numerics", "Simulation"]),
    tests("Statistics", resources: golden),
    tests("Simulation", ["Settings"]),
    tests("Reports"),
    tests("Datasets"),
    tests("Cohorts"),
    tests("Measuring", ["NIfTI"]),
    tests("Evaluation", ["NIfTI", "Numerics", "Simulation"], resources: golden),
    tests("Registration", ["Numerics"]),
    tests("Change"),
    tests("GroundTruth", ["Numerics"]),
    tests("Tensors", resources: golden),
    tests("Networks", resources: golden),
    tests("Models"),
    tests("Inference", ["Morphometry", "NIfTI", "Numerics", "Simulation"], resources: golden),
    tests("Augmentation"),
    tests("Training", ["Settings", yaml]),
    tests("Study", [yaml]),
    tests("Batch", ["Datasets", "Files", "Models", "NIfTI", "Numerics", "Simulation", "Volumes"]),
    // Links to the fuzz targets, run over their corpus.
    .testTarget(
      name: "FuzzTests",
      dependencies: [
        "CPNG", "Cohorts", "Datasets", "Evaluation", "Files", "Models", "NIfTI", "Networks", "PyTorchFiles", "Reports", "Settings",
        "Simulation",
      ],
      swiftSettings: strict),
    .testTarget(name: "ToolTests", dependencies: ["softcord", "Morphometry", "NIfTI", "Numerics", "Simulation"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx20
)
