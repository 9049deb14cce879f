using System.Text.Json;
using System.Text.Json.Serialization;

namespace MbMix.Cluster;

/// <summary>How everything is written between processes and in the store.</summary>
internal static class Wire
{
    /// <summary>Longest message [B].</summary>
    public const int LongestMessage = 64 << 20;

    /// <summary>Largest file of a run [B].</summary>
    public const long LargestFile = 8L << 30;

    /// <summary>Most files of a run.</summary>
    public const int MostFiles = 20_000;

    /// <summary>Version of the protocol, first part of every path.</summary>
    public const string Version = "/v1";

    /// <summary>Settings of the JSON.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
}
