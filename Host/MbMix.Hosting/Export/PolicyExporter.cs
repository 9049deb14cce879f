using MbMix.Learning;

namespace MbMix.Hosting;

/// <summary>
/// Exports policies to formats of other programs (docs/export.md). Only the policy file is needed: neither plugins nor
/// libtorch are loaded.
/// </summary>
public static class PolicyExporter
{
    /// <summary>Exports the policy of a run, or one from a file.</summary>
    /// <param name="source">Folder of a run, or path of a policy file.</param>
    /// <param name="files">The files to write. Existing files are replaced, but never the policy itself.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="ConfigurationException">
    /// There is no run or file at the path, a file cannot be written, or two of them have the same path. Nothing has
    /// been written.
    /// </exception>
    /// <exception cref="MbMixException">
    /// The run has no policy file, the file is damaged or is not a policy, or a format cannot hold it.
    /// </exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be written.</exception>
    public static PolicyArtifact Export(string source, ExportFiles files)
    {
        ArgumentNullException.ThrowIfNull(source);
        var targets = Check(files);
        string path = Find(source), real = UserPath.Real(path);
        if (Written(targets).FirstOrDefault(t => UserPath.Real(t) == real) is { } same)
            throw new ConfigurationException($"{OneLine.Path(same)} is the policy itself: choose another path.");
        bool run = Directory.Exists(source);
        if (run && Written(targets).FirstOrDefault(target => RunFolderContent.IsOurs(source, target)) is { } own)
            throw new ConfigurationException($"{OneLine.Path(own)} is a file of the run itself: choose another path.");
        var policy = PolicyFile.Read(path);
        WriteAll(policy, targets);
        return policy;
    }

    /// <summary>
    /// Writes the files. Each of them is either complete or, if something fails, as it was before. The card comes last.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <param name="files">The files to write. Existing files are replaced.</param>
    /// <exception cref="ConfigurationException">
    /// A file cannot be written, or two of them have the same path. Nothing has been written.
    /// </exception>
    /// <exception cref="MbMixException">A format cannot hold the policy.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be written.</exception>
    public static void Write(LoadedPolicy policy, ExportFiles files)
    {
        ArgumentNullException.ThrowIfNull(policy);
        WriteAll(policy.Artifact, Check(files));
    }

    private static void WriteAll(PolicyArtifact policy, ExportFiles targets)
    {
        if (targets.Onnx is { } onnx) OnnxPolicy.Write(onnx, policy);
        if (targets.StateDict is { } stateDict) StateDict.Write(stateDict, policy);
        if (targets.Card is { } card) PolicyCard.Write(card, policy, targets.Onnx, targets.StateDict);
    }

    private static ExportFiles Check(ExportFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var targets = new ExportFiles
        {
            Onnx = ToWrite(files.Onnx, "the ONNX model"),
            StateDict = ToWrite(files.StateDict, "the state dictionary"),
            Card = ToWrite(files.Card, "the card"),
        };
        if (Written(targets).GroupBy(UserPath.Real).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new ConfigurationException(
                $"{OneLine.Path(twice.First())} is needed twice: each file needs a path of its own.");
        }
        return targets;
    }

    // the files and the temporary ones beside them
    private static IEnumerable<string> Written(ExportFiles files) =>
        new[] { files.Onnx, files.StateDict, files.Card }.OfType<string>()
            .SelectMany(path => new[] { path, AtomicFile.TemporaryOf(path) });

    private static string? ToWrite(string? path, string what) => path is null ? null : UserPath.NewFile(path, what);

    private static string Find(string path)
    {
        string full = UserPath.Full(path, "the policy");
        switch (FileProbe.KindOf(full, follow: true))
        {
            case FileKind.Absent:
                throw new ConfigurationException($"There is no run folder or policy file {OneLine.Path(path)}.");
            case FileKind.Folder:
                var folder = RunFolder.Open(path);
                return folder.PolicyToRead() ?? throw new MbMixException(WithoutPolicy(folder));
            default:
                return full;
        }
    }

    private static string WithoutPolicy(RunFolder folder)
    {
        string path = OneLine.Path(folder.FullPath);
        return new CheckpointStore(folder.CheckpointsPath).IsEmpty()
            ? $"{path} has no policy yet: the first checkpoint of its run writes one."
            : $"{path} has no policy file, which only policies that are stacks of dense layers have; no other can be "
                + "exported.";
    }
}
