using MbMix;

[assembly: MbMixPlugin(typeof(BadPlugins.Registration))]

namespace BadPlugins;

/// <summary>
/// Hangs or takes the process down with it, as the environment variable MBMIX_TEST_FATAL says. Without it, it does
/// nothing.
/// </summary>
public sealed class Registration : IMbMixPlugin
{
    private static readonly string Way = Environment.GetEnvironmentVariable("MBMIX_TEST_FATAL") ?? "";

    static Registration()
    {
        if (Way == "hang in the static constructor") Thread.Sleep(Timeout.Infinite);
    }

    public void Register(IPluginRegistry registry)
    {
        switch (Way)
        {
            case "hang":
                Thread.Sleep(Timeout.Infinite);
                break;
            case "slow":
                Thread.Sleep(3000);
                break;
            case "exit":
                Environment.Exit(0);
                break;
            case "fail fast":
                Environment.FailFast("the plugin has had enough");
                break;
            case "stack overflow":
                Console.Error.WriteLine(Deeper(1));
                break;
            case "thread":
                new Thread(() => throw new InvalidOperationException("nobody catches this")).Start();
                Thread.Sleep(Timeout.Infinite);
                break;
        }
    }

    // not the last call, so that no compiler makes a loop of it
    private static int Deeper(int depth) => depth == 0 ? 0 : 1 + Deeper(depth + 1);
}
