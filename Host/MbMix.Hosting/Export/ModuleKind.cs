namespace MbMix.Hosting;

/// <summary>What a module of a network computes; the names are those of PyTorch's classes.</summary>
internal enum ModuleKind
{
    /// <summary>A dense layer, <c>W x + b</c>.</summary>
    Linear,

    /// <summary>The exponential linear unit.</summary>
    ELU,

    /// <summary>x times the logistic function of x.</summary>
    SiLU,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>The rectified linear unit.</summary>
    ReLU,

    /// <summary>Layer normalization with gain and offset.</summary>
    LayerNorm,
}
