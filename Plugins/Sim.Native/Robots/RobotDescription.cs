using System.Text.Json;
using System.Text.Json.Serialization;

namespace MbMix.Sim.Native;

/// <summary>A robot as data: a tree of links with contacts and muscles. The files are in the folder Models.</summary>
internal sealed record RobotDescription
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        ReadCommentHandling = JsonCommentHandling.Skip,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Gravitational acceleration [m/s^2].</summary>
    public double[] Gravity { get; init; } = [0, -9.81, 0];

    /// <summary>The links, parents first.</summary>
    public required LinkDescription[] Links { get; init; }

    /// <summary>Spheres that can touch the ground.</summary>
    public ContactPoint[] Contacts { get; init; } = [];

    /// <summary>Parameters of ground contact; required if there are contacts.</summary>
    public ContactMaterial Ground { get; init; } = new(0, 0, 0, 0);

    /// <summary>Spheres that can touch horizontal planes of a world whose z axis points up.</summary>
    public PlanePoint[] PlanePoints { get; init; } = [];

    /// <summary>The muscles.</summary>
    public MuscleDescription[] Muscles { get; init; } = [];

    /// <summary>What it looks like.</summary>
    public LinkShape[] Shapes { get; init; } = [];

    /// <summary>Loads a robot that is embedded in this assembly.</summary>
    /// <param name="name">Name of its file under Models, without extension.</param>
    public static RobotDescription Load(string name)
    {
        using var stream = typeof(RobotDescription).Assembly.GetManifestResourceStream($"models/{name}.json")
            ?? throw new MbMixException($"There is no robot model '{name}' in Sim.Native.");
        return JsonSerializer.Deserialize<RobotDescription>(stream, Format)!;
    }
}
