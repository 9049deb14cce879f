using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MbMix.TestKit;

/// <summary>Certificates as plain text and as JSON.</summary>
public static class CertificateText
{
    /// <summary>What came of a check that was not made.</summary>
    internal const string Unmade = "no result";

    /// <summary>Begins the reason of a check that was skipped because of what another one has found.</summary>
    internal const string Unjudged = "not judged: ";

    /// <summary>The score of a certificate by group, in one line.</summary>
    public static string Score(Certificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        if (certificate.Unavailable is { } reason)
            return $"{certificate.Subject}: not certified, because it cannot be used here: {reason}";
        string groups = string.Join(
            ", ", Groups(certificate).Where(g => g.Count > 0).Select(g => $"{g.Group} {g.Passed}/{g.Count}"));
        string verdict = certificate.IsSound ? "certified" : "NOT certified";
        int unjudged = certificate.Results.Count(
            r => r.Skipped?.StartsWith(Unjudged, StringComparison.Ordinal) == true);
        if (unjudged > 0) groups += $"; {unjudged} not judged";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{certificate.Subject}: {verdict}, {certificate.Passed} of {certificate.Count} checks passed "
            + $"({groups}) in {certificate.Seconds:F1} s");
    }

    /// <summary>Per group of checks: how many of those that apply passed.</summary>
    public static IReadOnlyList<(string Group, int Passed, int Count)> Groups(Certificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return
        [
            .. certificate.Results.GroupBy(r => r.Group).Select(g => (
                g.Key, g.Count(r => r.Skipped is null && r.Passed), g.Count(r => r.Skipped is null))),
        ];
    }

    /// <summary>
    /// The findings of a certificate, one line each; what was not checked because of another finding is only counted.
    /// </summary>
    public static IReadOnlyList<string> Findings(Certificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var made = certificate.Findings.Where(f => f.Came != Unmade).Select(f => f.ToString());
        int unmade = certificate.Findings.Count(f => f.Came == Unmade);
        return unmade == 0 ? [.. made] : [.. made, $"{certificate.Subject}: {unmade} checks were not made."];
    }

    /// <summary>Certificates as a JSON document, indented.</summary>
    public static string ToJson(IEnumerable<Certificate> certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        var all = certificates.ToList();
        var document = new JsonObject
        {
            ["certified"] = all.Count > 0 && all.TrueForAll(c => c.IsSound),
            ["components"] = new JsonArray([.. all.Select(Json)]),
        };
        return document.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n";
    }

    /// <summary>
    /// Certificates as CSV: one row per component with id, kind, verdict, checks passed and made, seconds, and number
    /// of findings.
    /// </summary>
    public static string ToCsv(IEnumerable<Certificate> certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        var rows = certificates.Select(c => string.Create(
            CultureInfo.InvariantCulture,
            $"{c.Subject},{c.Kind},{Verdict(c)},{c.Passed},{c.Count},{c.Seconds:F1},{c.Findings.Count()}\n"));
        return "id,kind,verdict,passed,checks,seconds,findings\n" + string.Concat(rows);
    }

    private static string Verdict(Certificate c) =>
        c.Unavailable is not null ? "unavailable" : c.IsSound ? "certified" : "not certified";

    private static JsonObject Json(Certificate c) => new()
    {
        ["id"] = c.Subject,
        ["kind"] = c.Kind,
        ["certified"] = c.IsSound,
        ["unavailable"] = c.Unavailable,
        ["passed"] = c.Passed,
        ["count"] = c.Count,
        ["seconds"] = Math.Round(c.Seconds, 3),
        ["checks"] = new JsonArray([.. c.Results.Select(r => (JsonNode)new JsonObject
        {
            ["group"] = r.Group,
            ["name"] = r.Name,
            ["passed"] = r.Skipped is null && r.Passed,
            ["skipped"] = r.Skipped,
            ["note"] = r.Note.Length == 0 ? null : r.Note,
            ["seconds"] = Math.Round(r.Seconds, 3),
            ["findings"] = new JsonArray([.. r.Findings.Select(f => (JsonNode)f.ToString())]),
        })]),
    };
}
