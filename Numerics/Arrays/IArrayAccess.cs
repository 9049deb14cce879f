namespace MbMix.Numerics;

/// <summary>An environment that may compute in arrays, either itself or because what it wraps does.</summary>
internal interface IArrayAccess
{
    /// <summary>Returns the environment as one that computes in arrays; null if it does not in this type.</summary>
    IArrayEnv<T>? Arrays<T>()
        where T : unmanaged;
}
