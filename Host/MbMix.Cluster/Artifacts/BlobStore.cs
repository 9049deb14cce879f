using System.Security.Cryptography;

namespace MbMix.Cluster;

/// <summary>
/// A folder of files that are named by their content. A file is there whole or not at all, and is never changed.
/// </summary>
internal sealed class BlobStore
{
    private readonly string folder;
    private readonly bool lasting;

    /// <summary>Opens the folder, and removes what interrupted writes have left.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="lasting">Whether a file that was taken is still there after a loss of power.</param>
    public BlobStore(string folder, bool lasting = true)
    {
        (this.folder, this.lasting) = (folder, lasting);
        Directory.CreateDirectory(folder);
        foreach (string left in Directory.EnumerateFiles(folder, "*.part")) File.Delete(left);
    }

    /// <summary>Whether there is a file of this content.</summary>
    public bool Has(string hash) => File.Exists(PathOf(hash));

    /// <summary>Whether there is a file of this content; if so, it counts as written now.</summary>
    public bool Renew(string hash)
    {
        string path = PathOf(hash);
        if (!File.Exists(path)) return false;
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        return true;
    }

    /// <summary>Returns the path of a file, for reading.</summary>
    /// <exception cref="MbMixException">The text is no hash.</exception>
    public string PathOf(string hash) => ContentHash.IsValid(hash)
        ? Path.Combine(folder, hash[..2], hash)
        : throw new MbMixException($"'{OneLine.Value(hash)}' is not a hash: 64 hexadecimal digits are expected.");

    /// <summary>Takes a file.</summary>
    /// <param name="hash">Hash that the content must have.</param>
    /// <param name="content">The content.</param>
    /// <param name="longest">Longest content that is taken [B].</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="MbMixException">The content is too long, or is not what its hash says.</exception>
    public async Task PutAsync(string hash, Stream content, long longest, CancellationToken stop)
    {
        string path = PathOf(hash);
        if (File.Exists(path)) return;
        var (found, _, part) = await ReceiveAsync(content, longest, stop).ConfigureAwait(false);
        if (found != hash)
        {
            File.Delete(part);
            throw new MbMixException(
                $"the content was damaged on its way: its hash is {found}, and {hash} was announced; send it again.");
        }
        Keep(part, path);
    }

    /// <summary>Takes the first part of a file that may be growing.</summary>
    /// <param name="source">Path of the file.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>Hash and length of what was taken.</returns>
    public async Task<(string Hash, long Size)> AddAsync(string source, CancellationToken stop)
    {
        var file = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        await using (file.ConfigureAwait(false))
        {
            var (hash, size, part) =
                await ReceiveAsync(file, Wire.LargestFile, stop, file.Length).ConfigureAwait(false);
            string path = PathOf(hash);
            if (File.Exists(path)) File.Delete(part);
            else Keep(part, path);
            return (hash, size);
        }
    }

    /// <summary>Deletes files that nobody needs.</summary>
    /// <param name="needed">Hashes of those to keep.</param>
    /// <param name="before">Only files written earlier; others may just have arrived.</param>
    /// <returns>Number of deleted files.</returns>
    public int Sweep(IReadOnlySet<string> needed, DateTime before)
    {
        int deleted = 0;
        foreach (string path in Directory.EnumerateDirectories(folder).SelectMany(Directory.EnumerateFiles))
        {
            string hash = Path.GetFileName(path);
            if (!ContentHash.IsValid(hash) || needed.Contains(hash) || File.GetLastWriteTimeUtc(path) >= before)
                continue;
            File.Delete(path);
            deleted++;
        }
        return deleted;
    }

    private void Keep(string part, string path)
    {
        string group = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(group);
        File.Move(part, path, overwrite: true);
        if (lasting) AtomicFile.FlushFolder(group);
    }

    private async Task<(string Hash, long Size, string Part)> ReceiveAsync(
        Stream content, long longest, CancellationToken stop, long most = long.MaxValue)
    {
        string part = Path.Combine(folder, $"{Guid.NewGuid():n}.part");
        try
        {
            var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            await using (file.ConfigureAwait(false))
            {
                using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                byte[] buffer = new byte[1 << 16];
                long size = 0;
                while (size < most)
                {
                    int room = (int)Math.Min(buffer.Length, most - size);
                    int read = await content.ReadAsync(buffer.AsMemory(0, room), stop).ConfigureAwait(false);
                    if (read == 0) break;
                    size += read;
                    if (size > longest)
                        throw new MbMixException(FormattableString.Invariant(
                            $"the content is longer than {longest} bytes, the most that is taken."));
                    sum.AppendData(buffer.AsSpan(0, read));
                    await file.WriteAsync(buffer.AsMemory(0, read), stop).ConfigureAwait(false);
                }
                file.Flush(flushToDisk: lasting);
                return (Convert.ToHexStringLower(sum.GetHashAndReset()), size, part);
            }
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }
}
