using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace MbMix.Dashboard;

/// <summary>
/// Lets requests in: those of a browser on this machine that knows the address of the page. A page of somebody else
/// knows no token, and a name of somebody else that leads to this machine is not ours.
/// </summary>
internal sealed class Gate
{
    private const int TokenBytes = 24;
    private static readonly string[] Names = ["127.0.0.1", "localhost", "[::1]"];

    private readonly byte[] token;

    /// <summary>Draws a token.</summary>
    public Gate()
    {
        Token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
        token = Encoding.ASCII.GetBytes(Token);
    }

    /// <summary>The first part of every path.</summary>
    public string Token { get; }

    /// <summary>Checks a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="port">The port that the server listens on.</param>
    /// <param name="path">What follows the token, without the slash.</param>
    /// <returns>The status to answer with; 200 if the request may be answered.</returns>
    public int Check(HttpRequest request, int port, out string path)
    {
        path = "";
        if (!Names.Contains(request.Host.Host, StringComparer.OrdinalIgnoreCase) || (request.Host.Port ?? 80) != port)
            return StatusCodes.Status404NotFound;
        string whole = request.Path.Value ?? "";
        int end = whole.IndexOf('/', Math.Min(1, whole.Length));
        string given = end < 0 ? "" : whole[1..end];
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), token))
            return StatusCodes.Status404NotFound;
        path = whole[(end + 1)..];
        return HttpMethods.IsGet(request.Method) ? StatusCodes.Status200OK : StatusCodes.Status405MethodNotAllowed;
    }
}
