using System.Diagnostics;
using MbMix.Tests.Support;
using MujocoSharp;

namespace MbMix.Tests.Unit.Mujoco;

/// <summary>Model files behind links are read as a whole; what is no regular file is refused in one line.</summary>
public sealed class LinkedModelTests
{
    private const string Scene = """
        <mujoco>
          <!-- longer than the name of any link that leads here: the length of a link is that of its target's name -->
          <include file="part.xml"/>
          <asset><mesh name="m" file="m.stl"/></asset>
          <worldbody><geom type="mesh" mesh="m"/></worldbody>
        </mujoco>
        """;

    [Fact]
    public void Models_includes_and_meshes_behind_links_are_read_as_a_whole()
    {
        using var folder = new HostFolder();
        Directory.CreateDirectory(folder["store/deep"]);
        Directory.CreateDirectory(folder["model"]);
        File.WriteAllText(folder["store/scene.xml"], Scene);
        File.WriteAllText(
            folder["store/part.xml"],
            "<mujoco><!-- a part --><worldbody><body><joint/><geom size=\"1\"/></body></worldbody></mujoco>");
        File.WriteAllBytes(folder["store/m.stl"], Tetrahedron());

        // a link in a linked folder is relative to where that folder really is
        File.CreateSymbolicLink(folder["store/deep/scene.xml"], "../scene.xml");
        Directory.CreateSymbolicLink(folder["linked"], folder["store/deep"]);
        File.CreateSymbolicLink(folder["model/l.xml"], folder["linked/scene.xml"]);
        File.CreateSymbolicLink(folder["model/part.xml"], folder["store/part.xml"]);
        File.CreateSymbolicLink(folder["model/m.stl"], "../store/m.stl");
        using var model = MjModel.FromFile(folder["model/l.xml"]);
        Assert.Equal((1, 2), (model.NJoint, model.NGeom));

        var limited = Assert.Throws<MujocoException>(
            () => MjModel.FromFile(folder["model/l.xml"], new() { MaximumText = 200 }));
        Assert.Contains("MaximumText", limited.Message, StringComparison.Ordinal);
        limited = Assert.Throws<MujocoException>(
            () => MjModel.FromFile(folder["model/l.xml"], new() { MaximumAssets = 200 }));
        Assert.Contains("MaximumAssets", limited.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pipes_devices_folders_and_broken_links_are_refused_in_one_line()
    {
        Posix.Require();
        using var folder = new HostFolder();
        using (var pipe = Process.Start("mkfifo", folder["pipe"])) pipe.WaitForExit();
        File.CreateSymbolicLink(folder["link"], folder["pipe"]);
        File.CreateSymbolicLink(folder["broken"], folder["nothing"]);
        File.CreateSymbolicLink(folder["circle"], folder["circle"]);
        Refused(folder["pipe"], $"{folder["pipe"]}: it is not a regular file.");
        Refused(folder["link"], $"{folder["link"]}: it is not a regular file.");
        Refused("/dev/zero", "/dev/zero: it is not a regular file.");
        Refused(folder["."], $"{folder["."]}: this is a folder; name a model file.");
        Refused(folder["broken"], folder["broken"]);
        Refused(folder["circle"], folder["circle"]);
        File.WriteAllText(folder["a.xml"], "<mujoco><include file=\"link\"/></mujoco>");
        Refused(folder["a.xml"], $"{folder["a.xml"]}, line 1: link: it is not a regular file.");
        File.WriteAllText(folder["b.xml"], "<mujoco><asset><mesh file=\"link\"/></asset></mujoco>");
        Refused(folder["b.xml"], $"{folder["b.xml"]}, line 1: mesh file {folder["link"]}: it is not a regular file.");
    }

    private static void Refused(string file, string message)
    {
        var e = Assert.Throws<MujocoException>(() => MjModel.FromFile(file));
        Assert.Equal(MujocoError.Model, e.Kind);
        Assert.StartsWith(message, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    private static byte[] Tetrahedron()
    {
        float[][] corners = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]];
        int[][] faces = [[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]];
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(new byte[80]);
        writer.Write(faces.Length);
        foreach (int[] face in faces)
        {
            for (int i = 0; i < 3; i++) writer.Write(0f);
            foreach (int corner in face)
            {
                foreach (float x in corners[corner]) writer.Write(x);
            }
            writer.Write((short)0);
        }
        return stream.ToArray();
    }
}
