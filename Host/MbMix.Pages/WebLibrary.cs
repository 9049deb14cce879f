namespace MbMix.Pages;

/// <summary>A library of others that a page can use; the build fetches it (eng/WebLibraries.targets).</summary>
public enum WebLibrary
{
    /// <summary>three.js: drawing in 3D. Modules <c>three</c> and <c>three/orbit</c> (OrbitControls).</summary>
    Three,

    /// <summary>uPlot: charts. Module <c>uplot</c>, and its style sheet.</summary>
    UPlot,
}
