using System.Security.Cryptography;
using MbMix.Cluster;
using MbMix.Comparison;

namespace MbMix.Tests.Cluster.Unit;

/// <summary>Files that travel.</summary>
public sealed class ArtifactTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mbmix-cluster-");

    private string this[string name] => Path.Combine(folder.FullName, name);

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_file_is_kept_only_if_it_is_what_its_hash_says()
    {
        var store = new BlobStore(this["store"]);
        byte[] content = [1, 2, 3];
        string hash = Convert.ToHexStringLower(SHA256.HashData(content));
        await Assert.ThrowsAsync<MbMixException>(() => store.PutAsync(hash, new MemoryStream([1, 2]), 10, default));
        await Assert.ThrowsAsync<MbMixException>(() => store.PutAsync(hash, new MemoryStream(content), 2, default));
        await Assert.ThrowsAsync<MbMixException>(() => store.PutAsync("../" + hash[3..], new MemoryStream(content), 10, default));
        Assert.False(store.Has(hash));
        Assert.Empty(Directory.GetFiles(this["store"], "*", SearchOption.AllDirectories));
        await store.PutAsync(hash, new MemoryStream(content), 10, default);
        Assert.Equal(content, File.ReadAllBytes(store.PathOf(hash)));
    }

    [Fact]
    public void What_an_interrupted_write_has_left_is_removed()
    {
        Directory.CreateDirectory(this["store"]);
        File.WriteAllText(Path.Combine(this["store"], "x.part"), "");
        _ = new BlobStore(this["store"]);
        Assert.Empty(Directory.GetFiles(this["store"]));
    }

    [Fact]
    public async Task Only_old_files_that_nobody_needs_are_deleted()
    {
        var store = new BlobStore(this["store"]);
        File.WriteAllText(this["a"], "a");
        File.WriteAllText(this["b"], "b");
        string a = (await store.AddAsync(this["a"], default)).Hash, b = (await store.AddAsync(this["b"], default)).Hash;
        Assert.Equal(0, store.Sweep(new HashSet<string>(), DateTime.UtcNow.AddMinutes(-1)));
        Assert.Equal(1, store.Sweep(new HashSet<string> { a }, DateTime.UtcNow.AddMinutes(1)));
        Assert.Equal((true, false), (store.Has(a), store.Has(b)));
    }

    [Fact]
    public async Task A_run_is_taken_without_what_is_being_written_and_laid_out_again()
    {
        string[] names = ["config.json", "metrics.csv", "checkpoints/checkpoint-000000002.safetensors", "checkpoints/rows/a.rows"];
        foreach (string name in names.Concat(["run.lock", "config.json.tmp", "checkpoints/checkpoint.tmp"]))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(this["run/" + name])!);
            File.WriteAllText(this["run/" + name], name);
        }
        var files = new RunFiles(new BlobStore(this["store"]));
        var taken = await files.TakeAsync(this["run"], default);
        Assert.Equal(names.Order(StringComparer.Ordinal), taken!.Select(f => f.Name).Order(StringComparer.Ordinal));
        FileNames.RequireRun(taken!);
        files.LayOut(this["other"], taken!);
        Assert.All(names, name => Assert.Equal(name, File.ReadAllText(this["other/" + name])));
    }

    [Theory]
    [InlineData("../config.json")]
    [InlineData("/config.json")]
    [InlineData("checkpoints/../../x.rows")]
    [InlineData("checkpoints\\x")]
    [InlineData("")]
    [InlineData("run.lock")]
    [InlineData("plugin.dll")]
    public void A_name_that_no_run_gives_is_refused(string name) =>
        Assert.Throws<MbMixException>(() => FileNames.RequireRun([new(name, new('a', 64), 1)]));

    [Fact]
    public void Files_of_impossible_size_or_hash_are_refused()
    {
        Assert.Throws<MbMixException>(() => FileNames.Require([new("a", "short", 1)]));
        Assert.Throws<MbMixException>(() => FileNames.Require([new("a", new('a', 64), -1)]));
        Assert.Throws<MbMixException>(() => FileNames.Require([new("a", new('a', 64), long.MaxValue)]));
        Assert.Throws<MbMixException>(() => FileNames.Require([new("a", new('a', 64), 1), new("A", new('a', 64), 1)]));
    }

    [Theory]
    [InlineData("node1", "http://node1:7430/")]
    [InlineData("node1:80", "http://node1:80/")]
    [InlineData("https://node1:9000", "https://node1:9000/")]
    [InlineData("http://127.0.0.1", "http://127.0.0.1:7430/")]
    public void An_address_may_be_short(string text, string address)
    {
        var uri = ClusterAddress.Parse(text);
        Assert.Equal((new Uri(address), new Uri(address).Port), (uri, uri.Port));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ftp://node1")]
    [InlineData("node1/path")]
    [InlineData("http://user:secret@node1")]
    [InlineData("node1:port")]
    public void What_is_no_address_is_refused(string text) =>
        Assert.Contains(
            "is not the address of a coordinator",
            Assert.Throws<ConfigurationException>(() => ClusterAddress.Parse(text)).Message, StringComparison.Ordinal);
}
