import Training
try levelLab(Array(CommandLine.arguments.dropFirst()))
