using StackExchange.Redis;

namespace MbMix.Cluster;

/// <summary>
/// Keeps the entries in a hash of a server that speaks the protocol of Redis. A number that every writer raises when it
/// begins is checked by each write, so that one that was replaced without noticing writes nothing more.
/// </summary>
/// <param name="connect">Connects, or returns the connection.</param>
/// <param name="opened">Is told of each attempt to begin: the trouble, or null.</param>
internal sealed class RedisLedgerStore(
    Func<Task<IConnectionMultiplexer>> connect, Action<StoreException?> opened) : ILedgerStore
{
    private static readonly RedisKey Runs = "mbmix:runs", Writer = "mbmix:writer";

    private RedisValue mine;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RunEntry>> OpenAsync()
    {
        try
        {
            var entries = await ReadAsync().ConfigureAwait(false);
            opened(null);
            return entries;
        }
        catch (StoreException e)
        {
            opened(e);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task WriteAsync(IReadOnlyList<RunEntry> entries) => Try(async () =>
    {
        var database = (await connect().ConfigureAwait(false)).GetDatabase();
        var transaction = database.CreateTransaction();
        transaction.AddCondition(Condition.StringEqual(Writer, mine));
        HashEntry[] fields = [.. entries.Select(e => new HashEntry(e.Ticket.Run, StoredEntry.Write(e)))];
        var written = transaction.HashSetAsync(Runs, fields);
        if (!await transaction.ExecuteAsync().ConfigureAwait(false))
            throw new StoreException("another coordinator writes to the store now.");
        await written.ConfigureAwait(false);
        return true;
    });

    private Task<IReadOnlyList<RunEntry>> ReadAsync() => Try<IReadOnlyList<RunEntry>>(async () =>
    {
        var database = (await connect().ConfigureAwait(false)).GetDatabase();
        mine = await database.StringIncrementAsync(Writer).ConfigureAwait(false);
        var fields = await database.HashGetAllAsync(Runs).ConfigureAwait(false);
        return [.. fields.Select(f => StoredEntry.Read((byte[])f.Value!))];
    });

    private static async Task<T> Try<T>(Func<Task<T>> act)
    {
        try
        {
            return await act().ConfigureAwait(false);
        }
        catch (Exception e) when (e is RedisConnectionException or TimeoutException or ObjectDisposedException)
        {
            throw new StoreException("the store does not answer.", e);
        }
        catch (RedisException e)
        {
            throw new StoreException($"the store refuses: {OneLine.Of(e)}", e);
        }
    }
}
