using MbMix.Tests.Support;
using MujocoSharp;

namespace MbMix.Tests.Unit.Mujoco;

/// <summary>Broken models are loaded and stepped in a process of their own, so that a crash cannot hide.</summary>
public sealed class HostileProcessTests
{
    private const string Variable = "MBMIX_TEST_HOSTILE";
    private const string Progress = "progress.txt";
    private const int Count = 150;

    [Fact]
    public async Task Broken_models_end_no_process()
    {
        string folder = Directory.CreateTempSubdirectory("mbmix-hostile-").FullName;
        try
        {
            var models = new HostileModels(folder);
            for (int i = 0; i < Count; i++) models.Mutation(10_000 + i);

            // the program is dotnet itself when the tests were started as `dotnet MbMix.Tests.dll`
            string program = Environment.ProcessPath!;
            string[] first = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(HostileProcessTests).Assembly.Location] : [];
            string[] arguments = [.. first, "-method", $"{typeof(HostileProcessTests).FullName}.{nameof(Child)}", "-explicit", "only"];
            var child = await Shell.RunAsync(program, arguments, environment: (Variable, folder));
            string[] done = File.Exists(Path.Combine(folder, Progress)) ? File.ReadAllLines(Path.Combine(folder, Progress)) : [];
            Assert.True(child.Code == 0, $"ended with {child.Code} after {done.Length} models ({done.LastOrDefault()}): {child.Error}{child.Output}");
            Assert.Equal(Count, done.Length);

            // both must happen, or this tests nothing
            int loaded = done.Count(line => line.EndsWith("loaded", StringComparison.Ordinal));
            Assert.InRange(loaded, Count / 15, Count * 14 / 15);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact(Explicit = true)]
    public void Child()
    {
        string folder = Environment.GetEnvironmentVariable(Variable) ?? throw new InvalidOperationException($"{Variable} is not set");
        using var progress = new StreamWriter(Path.Combine(folder, Progress)) { AutoFlush = true };
        foreach (string file in Directory.GetFiles(folder, "mutation-*.xml").Order(StringComparer.Ordinal))
        {
            progress.Write($"{Path.GetFileName(file)} ");
            try
            {
                using var model = MjModel.FromFile(file, new() { MaximumTime = TimeSpan.FromSeconds(5) });
                using var data = new MjData(model);
                data.Step(10);
                progress.WriteLine("loaded");
            }
            catch (MujocoException)
            {
                progress.WriteLine("refused");
            }
        }
    }
}
