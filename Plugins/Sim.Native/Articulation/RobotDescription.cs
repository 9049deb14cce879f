using System.Text.Json;
using System.Text.Json.Serialization;

namespace MbMix.Sim.Native;

/// <summary>A robot as data: a tree of links. The files are under Models.</summary>
internal sealed record RobotDescription
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        ReadCommentHandling = JsonCommentHandling.Skip,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Acceleration of free fall [m/s^2].</summary>
    public double[] Gravity { get; init; } = [0, -9.81, 0];

    /// <summary>The links, parents first.</summary>
    public required LinkDescription[] Links { get; init; }

    /// <summary>Points that can touch the ground.</summary>
    public ContactPoint[] Contacts { get; init; } = [];

    /// <summary>How the ground resists; needed where there are contacts.</summary>
    public ContactMaterial Ground { get; init; } = new(0, 0, 0, 0);

    /// <summary>The muscles.</summary>
    public MuscleDescription[] Muscles { get; init; } = [];

    /// <summary>Reads a model that this assembly carries.</summary>
    public static RobotDescription Load(string name)
    {
        using var stream = typeof(RobotDescription).Assembly.GetManifestResourceStream($"models/{name}.json")
            ?? throw new MbMixException($"There is no robot model '{name}' in Sim.Native.");
        return JsonSerializer.Deserialize<RobotDescription>(stream, Format)!;
    }
}
