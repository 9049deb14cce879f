using System.Numerics;
using System.Text;

namespace MbMix.Pages;

/// <summary>Writes pages that show replays in 3D, up to four side by side with one clock.</summary>
public static class ReplayPage
{
    /// <summary>Largest number of replays side by side.</summary>
    public const int MostReplays = 4;

    private static readonly string[] Modules = ["frames", "shapes", "stage", "traces", "clock", "player"];

    /// <summary>Makes a page of its own for replays.</summary>
    /// <param name="replays">One to four replays.</param>
    /// <param name="title">Title of the page, as plain text.</param>
    /// <exception cref="MbMixException">The program was built without the libraries that pages need.</exception>
    public static HtmlPage Create(IReadOnlyList<Replay> replays, string title)
    {
        var page = new HtmlPage(title) { Body = "<main id=\"player\"></main>", Start = "mbmix/view" };
        Add(page, "view", replays);
        page.Module("mbmix/view", WebLibraries.Asset("view.js"));
        page.Style(WebLibraries.Asset("view.css"));
        return page;
    }

    /// <summary>
    /// Adds replays to a page of any kind. A script there shows them in an element:
    /// <c>import { show } from 'mbmix/player'; await show(element, id);</c>
    /// </summary>
    /// <param name="page">The page.</param>
    /// <param name="id">Name of these replays on the page.</param>
    /// <param name="replays">One to four replays.</param>
    /// <exception cref="MbMixException">The program was built without the libraries that pages need.</exception>
    public static void Add(HtmlPage page, string id, IReadOnlyList<Replay> replays)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(replays);
        if (replays.Count is 0 or > MostReplays)
        {
            throw new ConfigurationException(
                $"{replays.Count} replays came; 1 to {MostReplays} are shown side by side.");
        }
        page.Library(WebLibrary.Three);
        page.Library(WebLibrary.UPlot);
        foreach (string module in Modules) page.Module($"mbmix/{module}", WebLibraries.Asset($"{module}.js"));
        page.Style(WebLibraries.Asset("player.css"));
        page.Data($"replay/{id}", replays.Count);
        for (int i = 0; i < replays.Count; i++)
        {
            page.Bytes($"replay/{id}/{i}/scene", Encoding.UTF8.GetBytes(PageText.Json(Describe(replays[i]))));
            page.Bytes($"replay/{id}/{i}/frames", ReplayEncoding.Encode(replays[i]));
        }
    }

    /// <summary>Makes sure that pages can be written, before anything is recorded.</summary>
    /// <exception cref="MbMixException">The program was built without the libraries that pages need.</exception>
    public static void RequireLibraries()
    {
        foreach (var library in Enum.GetValues<WebLibrary>()) WebLibraries.License(library);
    }

    private static object Describe(Replay replay)
    {
        var scene = replay.Scene;
        return new
        {
            replay.Label,
            replay.Environment,
            replay.Actor,
            replay.End,
            replay.Period,
            replay.Frames,
            replay.FramesPerStep,
            replay.FirstStep,
            replay.Return,
            replay.Actions,
            Touching = replay.Touching is not null,
            Activity = replay.Activity is not null,
            Scale = new { Position = ReplayEncoding.PositionScale, Quaternion = ReplayEncoding.QuaternionScale },
            scene.Follow,
            scene.Bodies,
            Shapes = scene.Shapes.Select(s => new
            {
                Kind = s.Kind.ToString().ToLowerInvariant(),
                s.Body,
                Size = Numbers(s.Size),
                Position = Numbers(s.Position),
                Rotation = new[] { s.Rotation.X, s.Rotation.Y, s.Rotation.Z, s.Rotation.W },
                Color = Numbers(s.Color),
                Vertices = s.Kind == ShapeKind.Mesh ? s.Vertices.SelectMany(Numbers) : null,
                Triangles = s.Kind == ShapeKind.Mesh ? s.Triangles : null,
            }),
            Points = scene.Points.Select(p => new { p.Body, Position = Numbers(p.Position), p.Radius }),
            Lines = scene.Lines.Select(l => new { l.Name, l.Points, l.Width, Color = Numbers(l.Color) }),
            Surfaces = scene.Surfaces.Select(s => new { s.Triangles, Color = Numbers(s.Color) }),
        };
    }

    private static float[] Numbers(Vector3 v) => [Round(v.X), Round(v.Y), Round(v.Z)];

    private static float[]? Numbers(Vector4? v) => v is { } c ? [c.X, c.Y, c.Z, c.W] : null;

    private static float Round(float value) => MathF.Round(value, 5);
}
