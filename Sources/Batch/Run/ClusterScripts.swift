import Files
import Foundation

/// Scripts that do a run on a cluster: the same command, cut into shards.
public struct ClusterScripts {
  let request: BatchRequest
  /// The program by its path, and its arguments without those that ask for scripts.
  private let program: String
  private let arguments: [String]
  /// Shards that the scans are cut into.
  private let shards: Int

  /// Scans of one shard, about a quarter of an hour's work; most shards that are made.
  private static let (scans, most) = (200, 1000)

  /// - Parameters:
  ///   - request: What is to be done; its scans are counted.
  ///   - command: The program and its arguments, as they were given.
  /// - Throws: What ``ParticipantRun/init(_:)`` throws.
  public init(request: BatchRequest, command: [String]) throws {
    self.request = request
    let count = try ParticipantRun(request).plans.count
    shards = max(1, min(Self.most, (count + Self.scans - 1) / Self.scans), min(count, 4))
    program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? realPath(command[0])
    var (kept, skips): ([String], Bool) = ([], false)
    for argument in command.dropFirst() {
      if skips {
        skips = false
      } else if ["--write-slurm", "--write-snakemake", "--shard"].contains(argument) {
        skips = true
      } else if !["--write-slurm=", "--write-snakemake=", "--shard="].contains(where: argument.hasPrefix) {
        kept.append(argument)
      }
    }
    arguments = kept.map { Self.absolute($0, outputs: [request.output, request.workFolder ?? ""]) }
  }

  /// Jobs may begin in another folder: paths are spelled out, alone or behind an equals sign.
  private static func absolute(_ argument: String, outputs: [String]) -> String {
    func isPath(_ text: String) -> Bool {
      outputs.contains(text) || BatchLevel(rawValue: text) == nil && Int(text) == nil && FileManager.default.fileExists(atPath: text)
    }
    func spelled(_ text: String) -> String { URL(fileURLWithPath: text).standardizedFileURL.path }
    if argument.isEmpty || isPath(argument) { return argument.isEmpty ? argument : spelled(argument) }
    guard let equals = argument.firstIndex(of: "=") else { return argument }
    let path = String(argument[argument.index(after: equals)...])
    return !path.isEmpty && isPath(path) ? argument[...equals] + spelled(path) : argument
  }

  private func quoted(_ text: String) -> String {
    text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=:,+%@".contains($0)) } && !text.isEmpty
      ? text : "'" + text.replacing("'", with: "'\\''") + "'"
  }

  /// The command of one level.
  private func line(_ level: BatchLevel, _ further: String = "") -> String {
    let own = arguments.map { $0 == BatchLevel.participant.rawValue || $0 == BatchLevel.group.rawValue ? level.rawValue : $0 }
    return ([quoted(program)] + own.map(quoted)).joined(separator: " ") + further
  }

  private var processors: Int { request.workers ?? 2 }
  private var megabytes: Int { Int(1000 * (request.memory ?? 1 + Double(processors))) }

  /// Writes `participant.sbatch`, an array of shards, `group.sbatch`, and `submit.sh`, which hands in both.
  ///
  /// - Returns: Paths of the files.
  /// - Throws: `FileError`.
  public func writeSlurm(to folder: String) throws -> [String] {
    func script(_ name: String, _ options: [String], _ command: String) -> String {
      let head = (["--job-name=softcord-\(name)", "--requeue", "--open-mode=append"] + options).map { "#SBATCH \($0)" }.joined(
        separator: "\n")
      return "#!/bin/bash\n\(head)\n# A job that was stopped and begun again goes on where it was.\nset -eu\nexec \(command)\n"
    }
    let resources = ["--cpus-per-task=\(processors)", "--mem=\(megabytes)M"]
    let participant = script(
      "participant", ["--array=1-\(shards)", "--output=participant-%a.log", "--time=24:00:00"] + resources,
      line(
        .participant,
        (request.workers == nil ? " --nprocs \"${SLURM_CPUS_PER_TASK:-\(processors)}\"" : "")
          + " --shard \"$SLURM_ARRAY_TASK_ID/\(shards)\""))
    let group = script("group", ["--output=group.log", "--time=1:00:00", "--cpus-per-task=1", "--mem=2000M"], line(.group))
    let submit = """
      #!/bin/bash
      # Hands in the array, and after it the group level; scans that failed do not keep the group level from beginning.
      set -eu
      cd "$(dirname "$0")"
      array=$(sbatch --parsable "$@" participant.sbatch)
      group=$(sbatch --parsable "$@" --dependency=afterany:"$array" group.sbatch)
      echo "array $array, group $group"

      """
    return try write([("participant.sbatch", participant), ("group.sbatch", group), ("submit.sh", submit)], to: folder)
  }

  /// Writes `Snakefile`, in which a shard is a job, and a profile for `snakemake-executor-plugin-slurm`.
  ///
  /// - Returns: Paths of the files.
  /// - Throws: `FileError`.
  public func writeSnakemake(to folder: String) throws -> [String] {
    // Braces stand for names in Snakemake's commands.
    func shell(_ text: String) -> String {
      "\"\"\""
        + text.replacing("\\", with: "\\\\").replacing("\"\"\"", with: "\\\"\\\"\\\"").replacing("{", with: "{{").replacing("}", with: "}}")
        + "\"\"\""
    }
    // Status 1 tells of scans that failed, which status.tsv names; the others are done.
    let participant = "\(line(.participant)) --shard "
    let snakefile = """
      # snakemake --cores 2                       on this machine
      # snakemake --workflow-profile slurm        on a cluster (pip install snakemake-executor-plugin-slurm)
      SHARDS = \(shards)


      rule all:
          input: "done/group"


      rule participant:
          output: touch("done/participant-{shard}")
          threads: \(processors)
          resources: mem_mb=\(megabytes), runtime=1440
          shell: \(shell(participant)) + "{wildcards.shard}/" + str(SHARDS) + " || test $? -eq 1"


      rule group:
          input: expand("done/participant-{shard}", shard=range(1, SHARDS + 1))
          output: touch("done/group")
          resources: mem_mb=2000, runtime=60
          shell: \(shell(line(.group)))

      """
    let profile = """
      executor: slurm
      jobs: 100
      retries: 2
      latency-wait: 60

      """
    return try write([("Snakefile", snakefile), ("slurm/config.yaml", profile)], to: folder)
  }

  private func write(_ files: [(name: String, text: String)], to folder: String) throws -> [String] {
    try files.map { name, text in
      let path = folder.appendingPathComponent(name)
      try Folder.make(path.deletingLastPathComponent)
      try AtomicFile.write(Array(text.utf8), to: path)
      if name.hasSuffix(".sh") { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path) }
      return path
    }
  }
}
