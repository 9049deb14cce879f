using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using MbMix.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace MbMix.Tests.Cluster.Contract;

/// <summary>The manifest for Kubernetes and the script for Slurm fit each other and the command.</summary>
public sealed partial class ClusterManifest : IDisposable
{
    private readonly ClusterProcesses cluster = new();
    private readonly YamlNode service, coordinator, runner;
    private readonly string text = File.ReadAllText(Path.Combine(Shell.Root, "samples/cluster/kubernetes.yaml"));

    public ClusterManifest()
    {
        Posix.Require();
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        var objects = stream.Documents.Select(d => d.RootNode).ToList();
        Assert.Equal(["Service", "StatefulSet", "Deployment"], objects.Select(o => Text(o["kind"])));
        Assert.Equal(["v1", "apps/v1", "apps/v1"], objects.Select(o => Text(o["apiVersion"])));
        (service, coordinator, runner) = (objects[0], objects[1], objects[2]);
    }

    public void Dispose() => cluster.Dispose();

    [Fact]
    public void Names_match()
    {
        string Name(YamlNode node) => Text(node["metadata"]["name"]);
        foreach (var set in new[] { coordinator, runner })
        {
            Assert.Equal(set["spec"]["selector"]["matchLabels"], set["spec"]["template"]["metadata"]["labels"]);
            Assert.Equal(Name(set), Text(set["spec"]["selector"]["matchLabels"]["app"]));
        }
        Assert.NotEqual(Name(coordinator), Name(runner));
        Assert.Equal(coordinator["spec"]["template"]["metadata"]["labels"], service["spec"]["selector"]);
        Assert.Equal(Name(service), Text(coordinator["spec"]["serviceName"]));
        Assert.Equal("1", Text(coordinator["spec"]["replicas"]));

        var opened = Assert.Single(List(Container(coordinator)["ports"]));
        var shown = Assert.Single(List(service["spec"]["ports"]));
        Assert.Equal(Text(opened["name"]), Text(shown["targetPort"]));
        Assert.Equal(Text(opened["containerPort"]), After(coordinator, "--port"));
        Assert.Equal($"https://{Name(service)}:{Text(shown["port"])}", Arguments(runner)[2]);
        Assert.Equal(Text(Container(coordinator)["image"]), Text(Container(runner)["image"]));

        string[] made = [.. FromFile().Matches(text).Select(m => m.Groups[1].Value)];
        foreach (var set in new[] { coordinator, runner })
        {
            var pod = set["spec"]["template"]["spec"];
            var secret = List(pod["volumes"]).Single(v => Text(v["name"]) == "secret")["secret"];
            var key = List(Container(set)["env"]).First()["valueFrom"]["secretKeyRef"];
            Assert.Contains("kubectl create secret generic " + Text(secret["secretName"]) + " ", text, StringComparison.Ordinal);
            Assert.Equal(Text(secret["secretName"]), Text(key["name"]));
            var item = Assert.Single(List(secret["items"]));
            Assert.Subset(made.ToHashSet(), new HashSet<string> { Text(key["key"]), Text(item["key"]) });
            Assert.Equal("/secret/" + Text(item["path"]), After(set, "--certificate"));

            var mounts = List(Container(set)["volumeMounts"]).ToDictionary(m => Text(m["name"]), m => Text(m["mountPath"]));
            var claims = set == coordinator ? List(set["spec"]["volumeClaimTemplates"]).Select(Name) : [];
            Assert.Equal(List(pod["volumes"]).Select(v => Text(v["name"])).Concat(claims).Order(), mounts.Keys.Order());
            // what is written survives the container, or is a volume at least
            string folder = After(set, "--folder");
            Assert.Contains(mounts.Values, path => folder == path || folder.StartsWith(path + "/", StringComparison.Ordinal));
        }
        Assert.Equal("/data", After(coordinator, "--folder"));
        // the runner itself needs memory, too
        Assert.Equal(int.Parse(After(runner, "--memory"), null) + 1 + "Gi", Text(Container(runner)["resources"]["limits"]["memory"]));
        Assert.Equal(After(runner, "--cores"), Text(Container(runner)["resources"]["limits"]["cpu"]));
    }

    [Fact]
    public async Task Its_command_lines_run_a_cluster_that_its_probes_find_ready()
    {
        MakeSecret();
        // as Kubernetes takes it from a file: with the end of the line
        cluster.Environment = [("MBMIX_CLUSTER_TOKEN", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) + "\n")];
        var serve = cluster.Begin(Here(coordinator));
        using var http = new HttpClient(new SocketsHttpHandler
        {
            // as the kubelet does
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        });
        string[] probes = ["startupProbe", "readinessProbe", "livenessProbe"];
        var paths = new List<string>();
        foreach (string probe in probes)
        {
            var get = Container(coordinator)[probe]["httpGet"];
            Assert.Equal("HTTPS", Text(get["scheme"]));
            Assert.Equal(Text(Assert.Single(List(Container(coordinator)["ports"]))["name"]), Text(get["port"]));
            paths.Add(Text(get["path"]));
            await ClusterProcesses.UntilAsync(async () =>
            {
                Assert.False(serve.HasExited);
                try
                {
                    return await http.GetStringAsync($"https://{cluster.Address}{paths[^1]}") == "ok";
                }
                catch (HttpRequestException e) when (e.StatusCode is null)
                {
                    return false;
                }
            });
        }
        Assert.Equal(["/health/ready", "/health/ready", "/health/live"], paths);

        cluster.Begin(Here(runner));
        string[] status = ["cluster", "status", $"https://{cluster.Address}", "--certificate", cluster["secret/certificate.pem"]];
        await ClusterProcesses.UntilAsync(async () =>
            (await cluster.RunAsync(status)).OutputLines.Any(l => l.StartsWith("runner mbmix-runner-1: 0 runs on 0 of 4 cores", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_script_for_Slurm_starts_a_runner_and_has_it_save_when_its_time_is_over()
    {
        string[] lines = [.. DocPages.Section("docs/cluster.md", "Slurm").SkipWhile(l => l != "```sh").Skip(1).TakeWhile(l => l != "```")];
        Assert.Equal("#!/bin/bash", lines[0]);
        File.WriteAllLines(cluster["job.sh"], lines);
        Assert.Equal((0, ""), await CheckAsync());
        // a command that writes down how it was called, and when it was asked to end
        Directory.CreateDirectory(cluster["bin"]);
        File.WriteAllText(cluster["bin/mbmix"], """
            #!/bin/bash
            printf '%s\n' "$@" > arguments.part
            trap 'sleep 0.5; echo > saved; exit 0' TERM
            mv arguments.part arguments
            while :; do sleep 0.05; done
            """);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(cluster["bin/mbmix"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var job = Shell.Start("bash", ["job.sh"], cluster["."], [
            ("PATH", cluster["bin"] + ":" + Environment.GetEnvironmentVariable("PATH")), ("HOME", cluster["home"]),
            ("TMPDIR", cluster["tmp"]), ("SLURM_JOB_ID", "17"), ("SLURM_CPUS_PER_TASK", "8"), ("SLURM_MEM_PER_NODE", "16384"),
        ]);
        try
        {
            await ClusterProcesses.UntilAsync(() => File.Exists(cluster["arguments"]));
            Shell.Signal(job, "TERM");
            await job.WaitForExitAsync().WaitAsync(Shell.Patience);
            Assert.True(File.Exists(cluster["saved"]));
        }
        finally
        {
            Shell.End(job);
        }
        string[] arguments = File.ReadAllLines(cluster["arguments"]);
        Assert.Equal(["cluster", "join"], arguments[..2]);
        Assert.Contains("slurm-17", arguments);
        // every option is known and every value fits: only what is too much is wrong
        var result = await cluster.RunAsync([.. arguments, "surplus"]);
        Assert.Equal(2, result.Code);
        Assert.StartsWith("error: 'surplus' is too much", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    private async Task<(int, string)> CheckAsync()
    {
        var result = await Shell.RunAsync("bash", ["-n", cluster["job.sh"]]);
        return (result.Code, result.Error);
    }

    // the arguments, with folders, port and host of this test
    private string[] Here(YamlNode set) =>
    [
        .. Arguments(set).Select(a => Place().Replace(a, cluster[""] + "/$1")
            .Replace("https://mbmix:7430", $"https://{cluster.Address}", StringComparison.Ordinal)
            .Replace("$(POD)", "mbmix-runner-1", StringComparison.Ordinal))
            .Select(a => a == "7430" ? $"{cluster.Port}" : a),
    ];

    private void MakeSecret()
    {
        Directory.CreateDirectory(cluster["secret"]);
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=mbmix", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        string pem = certificate.ExportCertificatePem() + "\n";
        File.WriteAllText(cluster["secret/certificate.pem"], pem);
        File.WriteAllText(cluster["secret/coordinator.pem"], pem + key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    private static YamlNode Container(YamlNode set) => Assert.Single(List(set["spec"]["template"]["spec"]["containers"]));

    private static string[] Arguments(YamlNode set) => [.. List(Container(set)["args"]).Select(Text)];

    private static string After(YamlNode set, string option)
    {
        string[] arguments = Arguments(set);
        return arguments[Array.IndexOf(arguments, option) + 1];
    }

    private static IEnumerable<YamlNode> List(YamlNode node) => (YamlSequenceNode)node;

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;

    [GeneratedRegex("--from-file=(\\S+)")]
    private static partial Regex FromFile();

    [GeneratedRegex("^/(secret|data|scratch)")]
    private static partial Regex Place();
}
