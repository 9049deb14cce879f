using System.Globalization;

namespace MujocoSharp.Native;

/// <summary>Checks the numbers in attributes: finite, and sizes within what a machine can bear.</summary>
internal static class MjcfNumbers
{
    /// <summary>The largest number of points of a height field or of a generated mesh.</summary>
    public const int MaximumPoints = 16_777_216;

    // the largest product of an attribute's numbers that is accepted
    private static readonly Dictionary<(string Element, string Attribute), double> Largest = new()
    {
        [("composite", "count")] = 10_000,
        [("flexcomp", "count")] = 50_000,
        [("flexcomp", "cellcount")] = 10_000,
        [("flex", "cellcount")] = 10_000,
        [("skin", "subgrid")] = 30,
        [("mesh", "octree_maxdepth")] = 12,
        [("texture", "width")] = 16_384,
        [("texture", "height")] = 16_384 * 6,
        [("texture", "gridsize")] = 144,
        [("texture", "nchannel")] = 16,
        [("camera", "resolution")] = MaximumPoints,
        [("hfield", "nrow")] = 16_384,
        [("hfield", "ncol")] = 16_384,
        [("option", "sdf_initpoints")] = 10_000,
        [("option", "sdf_iterations")] = 10_000,
        [("numeric", "size")] = 1_000_000,
        [("user", "dim")] = 100_000,
        [("size", "nkey")] = 10_000,
        [("size", "nuserdata")] = 10_000_000,
        [("size", "njmax")] = 1_000_000,
        [("size", "nconmax")] = 1_000_000,
        [("size", "nuser_body")] = 10_000,
        [("size", "nuser_jnt")] = 10_000,
        [("size", "nuser_geom")] = 10_000,
        [("size", "nuser_site")] = 10_000,
        [("size", "nuser_cam")] = 10_000,
        [("size", "nuser_tendon")] = 10_000,
        [("size", "nuser_actuator")] = 10_000,
        [("size", "nuser_sensor")] = 10_000,
    };

    /// <summary>Checks one attribute.</summary>
    /// <exception cref="FormatException">A number in it is not accepted.</exception>
    public static void Check(string element, string attribute, string value)
    {
        double product = 1, largest = 1;
        foreach (string word in Words(value))
        {
            bool parsed = double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number);
            if (IsNotFinite(word) || (parsed && !double.IsFinite(number)))
                throw new FormatException($"{attribute} of {element} is '{word}'; a finite number was expected");
            if (!parsed) continue;
            if (element == "size" && number < -1)
            {
                throw new FormatException(
                    $"{attribute} of size is '{word}'; a size is not negative, or -1 for MuJoCo's choice");
            }
            product *= Math.Max(1, Math.Abs(number));
            largest = Math.Max(largest, Math.Abs(number));
        }

        // delayed controls and sensors keep that many samples each
        if (attribute == "nsample") Limit(element, attribute, value, product, 100_000);

        // of a generated mesh, each can be the number of points along an edge
        if ((element, attribute) == ("mesh", "params")) Limit(element, attribute, value, largest, 2000);
        if (Largest.TryGetValue((element, attribute), out double limit))
            Limit(element, attribute, value, product, limit);
    }

    private static void Limit(string element, string attribute, string value, double size, double limit)
    {
        if (size <= limit) return;
        string shown = value.Length <= 60 ? value : value[..60] + "...", most = limit.ToString(CultureInfo.InvariantCulture);
        throw new FormatException($"{attribute} of {element} is '{shown}'; at most {most} is accepted");
    }

    /// <summary>Checks the faces of a mesh, which MuJoCo 2.2.2 does not, and then writes out of bounds.</summary>
    public static void CheckFaces(string face, int vertices)
    {
        foreach (string word in Words(face))
        {
            bool number = int.TryParse(word, NumberStyles.Integer, CultureInfo.InvariantCulture, out int vertex);
            if (!number || vertex < 0 || vertex >= vertices)
            {
                throw new FormatException(
                    $"face of mesh names vertex '{word}'; the mesh has {vertices} vertices, numbered from 0");
            }
        }
    }

    /// <summary>Words of a value.</summary>
    public static string[] Words(string value) =>
        value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Absolute value of a number; 0 where there is none.</summary>
    public static double Size(string? value)
    {
        const NumberStyles Float = NumberStyles.Float;
        bool parsed = double.TryParse(value.AsSpan().Trim(), Float, CultureInfo.InvariantCulture, out double number);
        return parsed ? Math.Abs(number) : 0;
    }

    // the spellings that MuJoCo's C functions read as NaN or infinity
    private static bool IsNotFinite(string word)
    {
        const StringComparison AnyCase = StringComparison.OrdinalIgnoreCase;
        var bare = word.AsSpan().TrimStart("+-");
        return bare.Equals("nan", AnyCase) || bare.StartsWith("nan(", AnyCase)
            || bare.Equals("inf", AnyCase) || bare.Equals("infinity", AnyCase);
    }
}
