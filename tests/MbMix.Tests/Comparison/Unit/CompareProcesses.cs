using MbMix.Comparison;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

public sealed class CompareProcesses
{
    public CompareProcesses() => Posix.Require();

    [Fact]
    public async Task Output_goes_to_the_log_and_the_error_is_kept()
    {
        using var folder = new CompareFolder();
        string log = Path.Combine(folder.Path, "logs", "x.log");
        var exit = await new ProcessRunLauncher("sh", "-c").RunAsync(["echo one; echo 'warning: w' >&2; echo 'error: two' >&2; echo 'try --verbose' >&2; exit 3"], log, default, default);
        Assert.Equal(new RunExit(3, "two"), exit);
        string[] lines = File.ReadAllLines(log);
        Assert.StartsWith("$ sh -c ", lines[0]);
        Assert.Contains("one", lines);
    }

    [Fact]
    public async Task Stopping_asks_once_and_waits_for_the_process_to_end_by_itself()
    {
        using var folder = new CompareFolder();
        using var stop = new CancellationTokenSource();
        string ready = Path.Combine(folder.Path, "ready"), log = Path.Combine(folder.Path, "log");
        var running = new ProcessRunLauncher("sh", "-c").RunAsync([$"trap 'echo saving; exit 130' TERM; touch {ready}; while :; do sleep 0.05; done"], log, stop.Token, default);
        while (!File.Exists(ready) && !running.IsCompleted) await Task.Delay(10, TestContext.Current.CancellationToken);
        stop.Cancel();
        Assert.Equal(130, (await running).Code);
        Assert.Equal("saving", File.ReadAllLines(log)[^1]);
    }

    [Fact]
    public async Task Aborting_ends_a_process_that_does_not_listen()
    {
        using var folder = new CompareFolder();
        using var abort = new CancellationTokenSource();
        string ready = Path.Combine(folder.Path, "ready");
        var running = new ProcessRunLauncher("sh", "-c").RunAsync([$"trap '' TERM; touch {ready}; while :; do sleep 0.05; done"], Path.Combine(folder.Path, "log"), default, abort.Token);
        while (!File.Exists(ready) && !running.IsCompleted) await Task.Delay(10, TestContext.Current.CancellationToken);
        abort.Cancel();
        Assert.Equal(128 + 9, (await running).Code);
    }

    [Fact]
    public async Task Warnings_are_no_last_words_but_a_crash_has_some()
    {
        using var folder = new CompareFolder();
        string log = Path.Combine(folder.Path, "log");
        Assert.Equal(new RunExit(4, ""), await new ProcessRunLauncher("sh", "-c").RunAsync(["echo 'warning: w' >&2; exit 4"], log, default, default));
        Assert.Equal(new RunExit(134, "terminate called"), await new ProcessRunLauncher("sh", "-c").RunAsync(["echo 'terminate called' >&2; echo 'warning: w' >&2; exit 134"], log, default, default));
    }

    [Fact]
    public async Task A_program_that_does_not_exist_is_named()
    {
        using var folder = new CompareFolder();
        var exit = await new ProcessRunLauncher("/no/such/mbmix").RunAsync([], Path.Combine(folder.Path, "log"), default, default);
        Assert.NotEqual(0, exit.Code);
        Assert.Contains("/no/such/mbmix", exit.LastWords);
    }

    [Fact]
    public async Task A_process_whose_output_cannot_be_written_saves_and_ends()
    {
        using var folder = new CompareFolder();
        string log = Path.Combine(folder.Path, "log"), saved = Path.Combine(folder.Path, "saved");
        var launcher = new ProcessRunLauncher("sh", "-c") { OpenLog = _ => new FullStream(lines: 2) };
        var error = await Assert.ThrowsAsync<MbMixException>(() => launcher.RunAsync([$"trap 'touch {saved}; exit 130' TERM; echo one; while :; do echo two; sleep 0.05; done"], log, default, default));
        Assert.Equal($"{log} could not be written: the disk is full", error.Message);
        Assert.True(File.Exists(saved));
    }

    [Fact]
    public async Task A_log_that_cannot_be_written_at_all_starts_nothing()
    {
        using var folder = new CompareFolder();
        string started = Path.Combine(folder.Path, "started"), log = Path.Combine(folder.Path, "log");
        Directory.CreateDirectory(log);
        string[] command = ["touch " + started];
        var refused = await Assert.ThrowsAsync<MbMixException>(() => new ProcessRunLauncher("sh", "-c").RunAsync(command, log, default, default));
        Assert.StartsWith($"{log} could not be written: ", refused.Message, StringComparison.Ordinal);
        var full = await Assert.ThrowsAsync<MbMixException>(() => new ProcessRunLauncher("sh", "-c").RunAsync(command, "/dev/full", default, default));
        Assert.Equal("/dev/full could not be written: the disk is full", full.Message);
        Assert.False(File.Exists(started));
    }

    private sealed class FullStream(int lines) : MemoryStream
    {
        private int left = lines;

        public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (left-- <= 0) throw new IOException("No space left on device : '/somewhere'");
        }
    }
}
