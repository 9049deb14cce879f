using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MbMix.Hosting;
using MbMix.Tests.Support;

namespace MbMix.Tests.Hostile;

/// <summary>A stopped run to make hostile copies of, and what uses such a copy.</summary>
internal sealed class HostileRunFolder
{
    public const string Newest = "checkpoints/checkpoint-000000025.safetensors",
        Older = "checkpoints/checkpoint-000000020.safetensors";
    private const string BlankDigest = "0000000000000000000000000000000000000000000000000000000000000000";

    private readonly TrainingSessions sessions = HostRuns.Sessions();
    private readonly string original;
    private readonly string copies;
    private int count;

    public HostileRunFolder(string folder)
    {
        original = Path.Combine(folder, "original");
        copies = Directory.CreateDirectory(Path.Combine(folder, "copies")).FullName;
        var observer = new HostObserver(25);
        using var run = HostRuns.Start(original, observer: observer, sessions: sessions);
        Assert.Null(run.Execute(observer.Stop));
    }

    public TrainingSessions Sessions => sessions;

    public string Events => Path.GetFileName(Directory.GetFiles(original, "events*").Single());

    public string Rows =>
        Path.GetRelativePath(original, Directory.GetFiles(Path.Combine(original, "checkpoints", "rows")).Single());

    public string Read(string name) => File.ReadAllText(Path.Combine(original, name));

    public byte[] ReadBytes(string name) => File.ReadAllBytes(Path.Combine(original, name));

    /// <summary>A text that the newest checkpoint holds about the run.</summary>
    public string Metadata(string key) => SafetensorsFile.Read(Path.Combine(original, Newest)).Metadata[key];

    /// <summary>The JSON header of the newest checkpoint.</summary>
    public string Header() => HeaderOf(ReadBytes(Newest));

    /// <summary>The JSON header of a safetensors file.</summary>
    public static string HeaderOf(byte[] file) =>
        Encoding.UTF8.GetString(file, 8, (int)BinaryPrimitives.ReadInt64LittleEndian(file)).TrimEnd(' ');

    /// <summary>A copy of its own.</summary>
    public string Copy()
    {
        string copy = Path.Combine(copies, $"{count++}");
        foreach (string folder in Directory.GetDirectories(original, "*", SearchOption.AllDirectories)
            .Prepend(original))
        {
            Directory.CreateDirectory(Path.Combine(copy, Path.GetRelativePath(original, folder)));
        }
        foreach (string file in Directory.GetFiles(original, "*", SearchOption.AllDirectories)) File.Copy(
            file, Path.Combine(copy, Path.GetRelativePath(original, file)));
        return copy;
    }

    /// <summary>The newest checkpoint with another header over the same data, and a checksum that is right.</summary>
    public byte[] WithHeader(byte[] header) => WithHeader(ReadBytes(Newest), header);

    /// <summary>A safetensors file with another header over the same data, and a checksum that is right.</summary>
    public static byte[] WithHeader(byte[] file, byte[] header)
    {
        var data = file.AsSpan(8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file));
        byte[] blank = [.. Encoding.Latin1.GetBytes(Digest().Replace(Encoding.Latin1.GetString(header), BlankDigest))];
        byte[] forged = [.. new byte[8], .. blank, .. data];
        BinaryPrimitives.WriteInt64LittleEndian(forged, blank.Length);
        int at = forged.AsSpan().IndexOf(Encoding.ASCII.GetBytes(BlankDigest));
        if (at >= 0) Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(forged)), forged.AsSpan(at));
        return forged;
    }

    /// <summary>The newest checkpoint with another text about the run, and a checksum that is right.</summary>
    public byte[] WithMetadata(string key, byte[] text)
    {
        var header = JsonNode.Parse(Header())!;
        header["__metadata__"]![key] = Encoding.UTF8.GetString(text);
        return WithHeader(Encoding.UTF8.GetBytes(header.ToJsonString()));
    }

    /// <summary>Goes on with a run for an iteration, which writes into every file there is, and evaluates it.</summary>
    public void Use(string folder, Action<string> tell)
    {
        Evaluate(folder, tell);
        var observer = new HostObserver(stopAfter: 0);
        using (var run = TrainingRun.Resume(sessions, RunFolder.Open(folder), observer, ["test"])) run.Execute(
            observer.Stop);
        foreach (string notice in observer.Notices) tell(notice);
    }

    private void Evaluate(string folder, Action<string> tell)
    {
        try
        {
            var run = RunFolder.Open(folder);
            run.ReadPluginFolders();
            sessions.Load(run, tell).Dispose();
            RunPolicy.Open(sessions, run, tell).Dispose();
        }
        catch (MbMixException e)
        {
            tell(e.Message);
        }
    }

    private static System.Text.RegularExpressions.Regex Digest() => new("(?<=\"sha256\":\")[0-9a-f]{64}");
}
