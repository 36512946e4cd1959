import Training

let (configuration, text) = try TrainingConfiguration.read("my.yaml")
let job = TrainingJob(configuration, text: text, folder: ".")
_ = try await job.run(to: "my.safetensors") { event in
  if case .note(let line) = event { print(line) }
}
