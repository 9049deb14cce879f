using System.CommandLine;
using System.Globalization;
using MujocoSharp;

namespace MbMix.Benchmarks.Models;

/// <summary>
/// <c>mujoco-models</c>: loads and steps every model file of some folders in child processes, and counts who refuses
/// which.
/// </summary>
internal static class ModelsCommand
{
    private static readonly string[] Extensions = [".xml", ".mjcf", ".urdf"];

    public static Command Create()
    {
        var folders = new Argument<DirectoryInfo[]>("folders") { Description = "Folders of model files." };
        var output = new Option<FileInfo?>("--output") { Description = "CSV file to which the counts are added." };
        var limit = new Option<double>("--limit")
        {
            Description = "Time for one file [s].",
            DefaultValueFactory = _ => 60,
        };
        var mutations = new Option<int>("--mutations")
        {
            Description = "Instead of the files themselves, this many broken copies of them.",
        };
        var command = new Command("mujoco-models", "Loads and steps MuJoCo models, and counts what is refused.")
        {
            folders,
            output,
            limit,
            mutations,
        };
        command.SetAction(parsed =>
        {
            using var probe = new ProbeProcess(TimeSpan.FromSeconds(parsed.GetValue(limit)));
            bool crashed = false;
            Console.WriteLine($"MuJoCo {MujocoLibrary.Version}");
            foreach (var folder in parsed.GetValue(folders)!)
            {
                int broken = parsed.GetValue(mutations);
                var counts = broken > 0 ? ProbeMutations(probe, folder, broken) : ProbeAll(probe, folder);
                Report(folder.Name + (broken > 0 ? " (mutations)" : string.Empty), counts, parsed.GetValue(output));
                crashed |= counts.Keys.Any(outcome => outcome is "crashed");
            }
            return crashed ? 1 : 0;
        });
        return command;
    }

    /// <summary>The child's command.</summary>
    public static Command CreateProbe()
    {
        var command = new Command("mujoco-probe", "Used by mujoco-models.") { Hidden = true };
        command.SetAction(_ => ModelProbe.Run());
        return command;
    }

    private static IEnumerable<string> Files(DirectoryInfo folder) => folder
        .EnumerateFiles("*", SearchOption.AllDirectories)
        .Where(file => Extensions.Contains(file.Extension.ToLowerInvariant()))
        .Select(file => file.FullName)
        .Order(StringComparer.Ordinal);

    private static Dictionary<string, int> ProbeAll(ProbeProcess probe, DirectoryInfo folder)
    {
        var counts = new Dictionary<string, int>();
        foreach (string file in Files(folder)) Probe(probe, file, Path.GetRelativePath(folder.FullName, file), counts);
        return counts;
    }

    // the copies lie beside the originals for their assets, and are deleted at once
    private static Dictionary<string, int> ProbeMutations(ProbeProcess probe, DirectoryInfo folder, int number)
    {
        var counts = new Dictionary<string, int>();
        var files = Files(folder).ToList();
        for (int i = 0; i < number; i++)
        {
            string original = files[i % files.Count];
            string copy = Path.Combine(Path.GetDirectoryName(original)!, $".mutation-{i}.xml");
            try
            {
                File.WriteAllText(copy, ModelMutations.Mutate(File.ReadAllText(original), i));
                Probe(probe, copy, $"mutation {i} of {Path.GetRelativePath(folder.FullName, original)}", counts);
            }
            finally
            {
                File.Delete(copy);
            }
        }
        return counts;
    }

    private static void Probe(ProbeProcess probe, string file, string name, Dictionary<string, int> counts)
    {
        var (outcome, reason) = probe.Probe(file);
        counts[outcome] = counts.GetValueOrDefault(outcome) + 1;
        if (outcome is not ("loaded" or "library")) Console.WriteLine($"{outcome}: {name}: {reason}");
    }

    private static void Report(string folder, Dictionary<string, int> counts, FileInfo? output)
    {
        int total = counts.Values.Sum();
        string others = string.Join(
            ", ",
            counts.Where(c => c.Key is not ("loaded" or "library" or "ours" or "crashed"))
                .Select(c => $"{c.Value} {c.Key}"));
        int Of(string outcome) => counts.GetValueOrDefault(outcome);
        Console.WriteLine(
            $"{folder}: {total} files, {Of("loaded")} loaded, {Of("library")} refused by the library itself, "
            + $"{Of("ours")} refused by the checks alone, {Of("crashed")} crashed{(others.Length > 0 ? ", " : "")}{others}");
        if (output is null) return;
        bool fresh = !output.Exists;
        using var writer = output.AppendText();
        if (fresh)
            writer.WriteLine("mujoco,folder,files,loaded,refused_by_library,refused_by_checks,crashed,other,machine");
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{MujocoLibrary.Version},{folder},{total},{Of("loaded")},{Of("library")},{Of("ours")},{Of("crashed")},"
            + $"\"{others}\",\"{ResultTable.Machine()}\""));
        output.Refresh();
    }
}
