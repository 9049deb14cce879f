using System.Text.RegularExpressions;

namespace MbMix.Benchmarks.Models;

/// <summary>Broken copies of model files, beside the originals' assets; a function of the seed alone.</summary>
internal static partial class ModelMutations
{
    private static readonly string[] Values =
    [
        "nan", "-1", "0", "1e308", "-1e308", "2147483647", "-2147483648", "4294967296", "1e-320", "", "x", "100000",
        "1 2 3", "0 0 0 0", "65536", "1e10", "mesh", "hfield", "sdf", "flex", "true", "auto", "-0.5",
    ];

    private static readonly string[] Insertions =
    [
        "<geom type='mesh' mesh='nothing'/>", "<freejoint/>", "<frame><geom size='.1'/></frame>",
        "<replicate count='100000'><geom size='.1'/></replicate>", "<replicate count='3'><site/></replicate>",
        "<flexcomp name='f' type='grid' count='4 4 1' spacing='.1 .1 .1'/>", "<plugin plugin='a.b'/>",
        "<attach model='m' prefix='p'/>", "<model file='nothing.xml'/>", "<geom type='sdf'/>", "<key qpos='1'/>",
        "<composite type='cable' count='9 1 1' curve='s' size='1'/>", "<inertial pos='0 0 0' mass='-1'/>",
        "<size memory='1'/>", "<size memory='900G'/>", "<option integrator='implicitfast'/>", "<option timestep='-1'/>",
        "<skin name='s' vertex='0 0 0' texcoord='0 0' face='0 1 99'/>", "<general joint='j' delay='5' nsample='999999'/>",
        "<flex name='x' body='b' dim='2' element='0 1 99' vertex='0 0 0 1 1 1 2 2 2'/>", "<default><default/></default>",
    ];

    /// <summary>A copy of a text with one to four things changed.</summary>
    public static string Mutate(string xml, int seed)
    {
        var random = new Random(seed);
        for (int i = random.Next(3) == 0 ? random.Next(1, 4) : 0; i >= 0; i--) xml = Change(xml, random);
        return xml;
    }

    private static string Change(string xml, Random random)
    {
        var attributes = Attribute().Matches(xml);
        var tags = Tag().Matches(xml);
        if (attributes.Count == 0 || tags.Count == 0) return xml;
        var attribute = attributes[random.Next(attributes.Count)];
        var tag = tags[random.Next(tags.Count)];
        switch (random.Next(10))
        {
            case 0: return xml[..random.Next(xml.Length)];
            case 1: return xml.Remove(attribute.Index, attribute.Length);
            case 2: return xml.Remove(tag.Index, tag.Length);
            case 3: return xml.Insert(tag.Index, tag.Value);
            case 4: return xml.Insert(tag.Index, Insertions[random.Next(Insertions.Length)]);
            case 5: return xml.Insert(tag.Index, tags[random.Next(tags.Count)].Value);
            default:
                var value = attribute.Groups[2];
                var words = value.Value.Split(' ');
                words[random.Next(words.Length)] = random.Next(3) == 0
                    ? attributes[random.Next(attributes.Count)].Groups[2].Value
                    : Values[random.Next(Values.Length)];
                return xml[..value.Index] + string.Join(' ', words) + xml[(value.Index + value.Length)..];
        }
    }

    [GeneratedRegex("(\\w+)=\"([^\"]*)\"")]
    private static partial Regex Attribute();

    [GeneratedRegex("<\\w+[^>]*/>")]
    private static partial Regex Tag();
}
