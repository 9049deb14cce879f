using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MbMix.Tests.Support;

/// <summary>Model files that are broken on purpose, written to a folder.</summary>
internal sealed class HostileModels(string folder)
{
    private static readonly string[] Values =
    [
        "nan", "inf", "-inf", "-1", "0", "1e308", "-1e308", "2147483647", "-2147483648", "4294967296", "1e-320", "", "x", "-0.5", "100000", "3000000000",
        "1 2 3", "0 0 0", "0 0 0 0", "1 1 1 1 1 1 1 1 1 1 1 1", "65536", "1e10", "body", "mesh", "hfield", "true", "auto", "&#110;an", "&quot;", "\u00e4\u00f6",
    ];

    private static readonly string[] Insertions =
    [
        "<geom type='mesh' mesh='nothing'/>", "<joint type='free'/>", "<freejoint/>", "<include file='nothing.xml'/>", "<unknown/>", "<body/>", "<site size='nan'/>",
        "<composite type='grid' count='100000 100000 1' spacing='1'/>", "<composite type='rope' count='5 1 1' spacing='0.1'/>", "<geom size='-1'/>", "<worldbody/>", "<mujoco/>",
        "<default><default/></default>", "<inertial pos='0 0 0' mass='-1'/>", "<inertial pos='0 0 0' mass='1' diaginertia='1 1 100'/>", "<geom name='floor' size='1'/>", "<!--", "</body>", "<![CDATA[",
        "<key qpos='1'/>", "<option timestep='-1'/>", "<option timestep='nan'/>", "<size nstack='2000000000'/>", "<size njmax='2000000000'/>",
        "<frame><geom size='.1'/></frame>", "<replicate count='1000000000'><geom size='.1'/></replicate>", "<replicate count='3'><site/></replicate>", "<attach model='m' prefix='p'/>", "<model file='nothing.xml'/>",
        "<flexcomp name='f' type='grid' count='4 4 1' spacing='.1 .1 .1'/>", "<flex name='x' body='b' dim='2' element='0 1 99' vertex='0 0 0 1 1 1 2 2 2'/>", "<plugin plugin='a.b'/>", "<geom type='sdf'/>",
        "<size memory='1'/>", "<size memory='9000G'/>", "<option integrator='implicitfast'/>", "<general joint='hip' delay='5' nsample='999999999'/>", "<mesh name='z' builtin='supersphere' params='100000 1 1'/>",
    ];

    private readonly string[] seeds = [.. MujocoReference.Models.Select(name => File.ReadAllText(MujocoReference.Model(name)))];

    /// <summary>Files made by hand, each of which has to be refused.</summary>
    public IEnumerable<string> Certain()
    {
        yield return Path.Combine(folder, "missing.xml");
        yield return folder;
        int number = 0;
        string Text(string xml) => Write($"certain-{number++}.xml", Encoding.UTF8.GetBytes(xml));
        foreach (string xml in (string[])["", " ", "<", "<mujoco", "<mujoco>", "<mujoco></worldbody>", "</mujoco>", "<robot", "<html/>", "mujoco", "<mujoco a=1/>", "<mujoco a='1/>", "<!-- -->", "<?xml?>", "\0<mujoco/>"]) yield return Text(xml);
        foreach (string option in (string[])["timestep='-1'", "timestep='0'", "timestep='nan'", "timestep='inf'", "timestep='1e400'", "gravity='0 0 nan'", "integrator='RK5'", "solver=''", "wind='inf 0 0'"]) yield return Text($"<mujoco><option {option}/></mujoco>");
        foreach (string size in (string[])["nstack='2000000000'", "njmax='2000000000'", "njmax='1000000'", "nconmax='2000000000'", "nuserdata='2000000000'", "nkey='2000000000'", "nuser_geom='1000000000'", "nstack='nan'", "njmax='-7'"])
            yield return Text($"<mujoco><size {size}/><worldbody><body><freejoint/><geom size='1'/></body></worldbody></mujoco>");
        foreach (string asset in (string[])
            [
                "<texture name='t' type='2d' builtin='flat' width='2000000000' height='2000000000'/>", "<texture name='t' type='2d' builtin='flat' width='16000' height='90000'/>",
                "<texture name='t' type='cube' builtin='flat' width='16000' height='16000'/>", "<texture name='t' type='2d' builtin='flat' width='-5' height='5'/>",
                "<hfield name='h' nrow='100000' ncol='100000' size='1 1 1 1'/>", "<hfield name='h' nrow='-2' ncol='2' size='1 1 1 1'/>", "<hfield name='h' nrow='2' ncol='2' size='1 1 1'/>",
                "<mesh name='m' vertex='0 0 0 1 0 0 0 1 0'/>", "<mesh name='m' vertex='0 0 0 1 0 0 0 1 0 0 0 1' face='0 1 9'/>", "<mesh name='m' vertex='0 0 0 1 0 0 0 1 0 0 0 nan'/>", "<mesh name='m' file='nothing.stl'/>",
                "<mesh name='m' file='/dev/zero'/>", "<mesh name='m' vertex='0 0 0 0 0 0 0 0 0 0 0 0'/>",
            ])
        {
            yield return Text($"<mujoco><asset>{asset}</asset><worldbody><body><geom type='mesh' mesh='m'/></body></worldbody></mujoco>");
        }
        yield return Text($"<mujoco><worldbody>{Repeat("<body><geom size='1'/>", 201)}{Repeat("</body>", 201)}</worldbody></mujoco>");
        yield return Text($"<mujoco><worldbody>{Repeat("<body>", 100_000)}");
        yield return Text($"<mujoco><default>{Repeat("<default class='a'>", 5_000)}{Repeat("</default>", 5_000)}</default></mujoco>");
        yield return Text($"<mujoco>{Repeat("<worldbody><geom size='1'/></worldbody>", 150_000)}</mujoco>");
        yield return Text("<mujoco><worldbody><composite type='grid' count='100000 100000 1' spacing='1'/></worldbody></mujoco>");
        yield return Text("<mujoco><custom><numeric name='n' size='2000000000'/></custom></mujoco>");
        yield return Text("<mujoco><worldbody><body><joint name='j'/><geom size='1'/></body></worldbody><sensor><user dim='2000000000' needstage='pos' datatype='real'/></sensor></mujoco>");
        yield return Text("<mujoco><worldbody><body><geom size='&#x6e;&#97;n'/></body></worldbody></mujoco>");
        yield return Text("<mujoco><worldbody><replicate count='2000000000'><body><geom size='1'/></body></replicate></worldbody></mujoco>");
        yield return Text($"<mujoco><worldbody>{Repeat("<replicate count='100'>", 5)}<geom size='1'/>{Repeat("</replicate>", 5)}</worldbody></mujoco>");
        yield return Text("<mujoco><worldbody><flexcomp name='f' type='grid' count='2000 2000 2000' spacing='.1 .1 .1'/></worldbody></mujoco>");
        yield return Text("<mujoco><worldbody><body><joint name='j'/><geom size='1'/></body></worldbody><actuator><motor joint='j' delay='1' nsample='2000000000'/></actuator></mujoco>");
        yield return Text("<mujoco><asset><mesh name='m' builtin='supersphere' params='50000 1 1'/></asset></mujoco>");
        string doubling = string.Concat(Enumerable.Range(0, 40).Select(i => $"<body name='b{i + 1}'><attach body='b{i}' prefix='p{i}'/><attach body='b{i}' prefix='q{i}'/></body>"));
        yield return Text($"<mujoco><worldbody><body name='b0'><geom size='1'/></body>{doubling}</worldbody></mujoco>");
        yield return Text($"<mujoco><asset><model name='m' file='certain-{number}.xml'/></asset><worldbody><attach model='m' prefix='p'/></worldbody></mujoco>");
        Write("three.xml", "<mujoco><asset><model name='m' file='four.xml'/></asset></mujoco>"u8.ToArray());
        yield return Write("four.xml", "<mujoco><asset><model name='m' file='three.xml'/></asset></mujoco>"u8.ToArray());
        yield return Text("<mujoco><INCLUDE file='/dev/zero'/></mujoco>");
        string self = Text($"<mujoco><include file='certain-{number}.xml'/></mujoco>");
        yield return self;
        Write("one.xml", "<mujoco><include file='two.xml'/></mujoco>"u8.ToArray());
        yield return Write("two.xml", "<mujoco><include file='one.xml'/></mujoco>"u8.ToArray());
        foreach (var (name, content) in Assets())
        {
            Write(name, content);
            string asset = name.EndsWith(".skn", StringComparison.Ordinal) ? "skin" : name.EndsWith(".hf", StringComparison.Ordinal) ? "hfield" : name.EndsWith(".png", StringComparison.Ordinal) ? "texture" : "mesh";
            string more = asset == "hfield" ? " size='1 1 1 1'" : asset == "texture" ? " type='2d'" : string.Empty;
            yield return Text($"<mujoco><asset><{asset} name='a' file='{name}'{more}/></asset><worldbody><body name='b'><geom {(asset == "mesh" ? "type='mesh' mesh='a'" : "size='1'")}/></body></worldbody></mujoco>");
        }
    }

    /// <summary>A good file with one to four things changed; it may still be a good one.</summary>
    public string Mutation(int number)
    {
        var random = new Random(number);
        string xml = seeds[random.Next(seeds.Length)];
        for (int i = random.Next(3) == 0 ? random.Next(1, 4) : 0; i >= 0; i--) xml = Mutate(xml, random);
        return Write($"mutation-{number}.xml", Encoding.UTF8.GetBytes(xml));
    }

    private static string Mutate(string xml, Random random)
    {
        var attributes = Regex.Matches(xml, "(\\w+)=\"([^\"]*)\"");
        var tags = Regex.Matches(xml, "<\\w+[^>]*/>");
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
            case 5:
                int at = random.Next(xml.Length);
                return xml[..at] + (char)random.Next(1, 256) + xml[(at + 1)..];
            case 6: return xml.Insert(attribute.Index, attribute.Groups[1].Value + "x=\"1\" ");
            default:
                var value = attribute.Groups[2];
                var words = value.Value.Split(' ');
                words[random.Next(words.Length)] = Values[random.Next(Values.Length)];
                return xml[..value.Index] + string.Join(' ', words) + xml[(value.Index + value.Length)..];
        }
    }

    private static IEnumerable<(string Name, byte[] Content)> Assets()
    {
        int number = 0;
        string Name(string extension) => string.Create(CultureInfo.InvariantCulture, $"asset-{number++}{extension}");
        byte[] corner = [.. Floats(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1)];
        yield return (Name(".stl"), [.. new byte[80], .. Ints(2_000_000_000)]);
        yield return (Name(".stl"), [.. new byte[80], .. Ints(-1)]);
        yield return (Name(".stl"), [.. new byte[80], .. Ints(1), .. Floats([.. Enumerable.Repeat(float.NaN, 12)]), 0, 0]);
        yield return (Name(".msh"), [.. Ints(4, 0, 0, 1), .. corner, .. Ints(0, 1, 100_000)]);
        yield return (Name(".msh"), [.. Ints(4, 0, 0, 1), .. corner, .. Ints(0, 1, -1)]);
        yield return (Name(".msh"), [.. Ints(2_000_000_000, 0, 0, 0), .. corner]);
        yield return (Name(".msh"), [.. Ints(4, 7, 0, 0), .. corner]);
        yield return (Name(".obj"), "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 9999999\n"u8.ToArray());
        yield return (Name(".obj"), "v 0 0 0\nv 1 0 0\nv 0 1 0\nf -9 2 3\n"u8.ToArray());
        yield return (Name(".xyz"), [1, 2, 3]);
        yield return (Name(".skn"), [.. Ints(3, 0, 1, 0), .. Floats(0, 0, 0, 1, 0, 0, 0, 1, 0), .. Ints(0, 1, 1_000_000)]);
        yield return (Name(".skn"), [.. Ints(3, 0, 0, 1), .. Floats(0, 0, 0, 1, 0, 0, 0, 1, 0), .. Enumerable.Repeat((byte)'b', 40), .. Floats(0, 0, 0, 1, 0, 0, 0), .. Ints(1, 0), .. Floats(1)]);
        yield return (Name(".skn"), [.. Ints(3, 0, 0, 1), .. Floats(0, 0, 0, 1, 0, 0, 0, 1, 0), (byte)'b', .. new byte[39], .. Floats(0, 0, 0, 1, 0, 0, 0), .. Ints(1, 77), .. Floats(1)]);
        yield return (Name(".hf"), Ints(100_000, 100_000));
        yield return (Name(".hf"), [.. Ints(2, 2), .. Floats(0, 1, float.PositiveInfinity, 0)]);
        yield return (Name(".png"), [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0, 0, 0, 13, (byte)'I', (byte)'H', (byte)'D', (byte)'R', 0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 8, 0, 0, 0, 0]);
        yield return (Name(".png"), [1, 2, 3]);
    }

    private static byte[] Ints(params int[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static byte[] Floats(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private string Write(string name, byte[] content)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
