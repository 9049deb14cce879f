using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MbMix.Pages;

/// <summary>Text of users, such as names of runs, in a form that no page takes for markup or code.</summary>
public static class PageText
{
    // the default encoder writes <, >, &, quotes and U+2028/9 as \uXXXX
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.Default,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        IncludeFields = false,
    };

    /// <summary>
    /// Writes a value as JSON that can stand inside a <c>script</c> element: it has none of <c>&lt; &gt; &amp;</c>,
    /// U+2028 and U+2029 as they are. Properties are in camel case; numbers that are not finite are strings.
    /// </summary>
    public static string Json<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>Writes text as the content of an element or of an attribute in double quotes.</summary>
    public static string Html(string text) => WebUtility.HtmlEncode(text);
}
