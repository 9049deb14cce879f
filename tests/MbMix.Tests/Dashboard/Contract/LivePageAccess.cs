using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using MbMix.Dashboard;
using MbMix.Tests.Support;

namespace MbMix.Tests.Contract.Dashboard;

/// <summary>Who may look at the live page, and from where.</summary>
public sealed class LivePageAccess : IDisposable
{
    private readonly HostCommand mbmix = new();
    private readonly DashboardServer server = DashboardServer.Start();
    private readonly HttpClient client = new();

    public void Dispose()
    {
        client.Dispose();
        server.Dispose();
        mbmix.Dispose();
    }

    [Fact]
    public async Task Without_the_token_there_is_nothing()
    {
        string token = server.Address.AbsolutePath.Trim('/');
        Assert.True(token.Length >= 32);
        string[] paths =
        [
            "/", "/events", "/favicon.ico", "//", $"/{token}", $"/{token}x/", $"/{token[..^1]}/", $"/{token.ToUpperInvariant()}/",
            $"/{token}/other", $"/{token}/../events", $"/x/{token}/",
        ];
        foreach (string path in paths) Assert.Equal((404, ""), await AnswerAsync(HttpMethod.Get, path));
        Assert.Equal((400, ""), await AnswerAsync(HttpMethod.Get, "/%00/"));
        var (code, body) = await AnswerAsync(HttpMethod.Get, $"/{token}/");
        Assert.Equal(200, code);
        Assert.Contains("mbmix/live", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evil.example", 404)]
    [InlineData("evil.example:PORT", 404)]
    [InlineData("localhost.evil.example:PORT", 404)]
    [InlineData("127.0.0.1", 404)]
    [InlineData("127.0.0.1:1", 404)]
    [InlineData("localhost:PORT", 200)]
    [InlineData("127.0.0.1:PORT", 200)]
    public async Task A_foreign_name_of_this_machine_is_refused(string host, int expected)
    {
        string port = server.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var (code, body) = await AnswerAsync(HttpMethod.Get, server.Address.AbsolutePath, host.Replace("PORT", port, StringComparison.Ordinal));
        Assert.Equal(expected, code);
        Assert.Equal(expected == 404, body.Length == 0);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("HEAD")]
    public async Task Nothing_but_looking_is_possible(string method)
    {
        foreach (string path in new[] { "", "events" })
            Assert.Equal((405, ""), await AnswerAsync(new HttpMethod(method), server.Address.AbsolutePath + path));
    }

    [Fact]
    public async Task Answers_bind_the_browser()
    {
        using var response = await client.GetAsync(server.Address);
        foreach (var (name, value) in new[] { ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"), ("X-Frame-Options", "DENY"), ("Cross-Origin-Resource-Policy", "same-origin") })
            Assert.Equal(value, Assert.Single(response.Headers.GetValues(name)));
        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public void It_listens_on_this_machine_alone()
    {
        var listeners = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(l => l.Port == server.Address.Port);
        Assert.Equal(IPAddress.Loopback, Assert.Single(listeners).Address);
    }

    [Fact]
    public void A_port_that_is_taken_is_one_line_and_leaves_nothing()
    {
        string port = server.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        string[][] commands =
        [
            ["watch", mbmix.Plugins, "--port", port],
            ["train", "point", "--algo", "ascent", "--out", mbmix["a"], "--dashboard-port", port],
        ];
        foreach (string[] command in commands)
        {
            var result = mbmix.Run(command);
            Assert.Equal(1, result.ExitCode);
            Assert.Equal($"error: The live page cannot use port {port}: another program is using it. Choose another port, or leave it out for a free one.", Assert.Single(result.Errors));
        }
        Assert.False(Directory.Exists(mbmix["a"]));
    }

    [Fact]
    public async Task It_ends_although_somebody_looks()
    {
        var ending = DashboardServer.Start();
        ending.Show(mbmix.Plugins);
        using var stream = await client.GetStreamAsync(new Uri(ending.Address, "events"));
        var first = new byte[6];
        await stream.ReadExactlyAsync(first);
        Assert.Equal("data: "u8.ToArray(), first);
        var end = Task.Run(ending.Dispose);
        await end.WaitAsync(TimeSpan.FromSeconds(10));
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await Assert.ThrowsAsync<SocketException>(async () => await socket.ConnectAsync(IPAddress.Loopback, ending.Address.Port));
    }

    private async Task<(int Code, string Body)> AnswerAsync(HttpMethod method, string path, string? host = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(server.Address, "/").GetLeftPart(UriPartial.Authority) + path);
        if (host is not null) request.Headers.Host = host;
        using var response = await client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
