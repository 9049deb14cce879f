using System.Reflection;
using System.Text;

namespace MbMix.Pages;

/// <summary>What the build has embedded: our own scripts and styles, and libraries of others.</summary>
internal static class WebLibraries
{
    private static readonly Assembly Source = typeof(WebLibraries).Assembly;

    /// <summary>The modules of a library, by the names that scripts import them with.</summary>
    /// <exception cref="MbMixException">The program was built without the library.</exception>
    public static IEnumerable<(string Name, string Text)> Modules(WebLibrary library) => library switch
    {
        WebLibrary.Three =>
        [
            ("three/core", Library("three", "three.core.js")),
            // a module that comes from memory cannot import by a relative path
            ("three", Library("three", "three.module.js").Replace("'./three.core.js'", "'three/core'")),
            ("three/orbit", Library("three", "OrbitControls.js")),
        ],
        _ => [("uplot", Library("uplot", "uPlot.iife.min.js") + "\nexport default uPlot;\n")],
    };

    /// <summary>The style sheet of a library; null if it has none.</summary>
    /// <exception cref="MbMixException">The program was built without the library.</exception>
    public static string? Style(WebLibrary library) =>
        library == WebLibrary.UPlot ? Library("uplot", "uPlot.min.css") : null;

    /// <summary>The license of a library.</summary>
    /// <exception cref="MbMixException">The program was built without the library.</exception>
    public static string License(WebLibrary library) => Library(NameOf(library), "LICENSE");

    /// <summary>The text of a file in the folder Assets.</summary>
    public static string Asset(string name) =>
        Read("pages/" + name) ?? throw new ArgumentException($"there is no asset {name}", nameof(name));

    /// <summary>The name that npm knows a library by.</summary>
    public static string NameOf(WebLibrary library) => library == WebLibrary.Three ? "three" : "uplot";

    private static string Library(string name, string file) => Read($"web/{name}/{file}")
        ?? throw new MbMixException(
            $"This build has no {name}, the JavaScript library that this page needs: "
            + "build MbMix again on a machine that reaches https://registry.npmjs.org (or set NPM_CONFIG_REGISTRY).");

    private static string? Read(string resource)
    {
        using var stream = Source.GetManifestResourceStream(resource);
        if (stream is null) return null;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
