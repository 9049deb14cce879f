namespace MbMix;

/// <summary>
/// An object whose complete state can be saved and restored, so that training continues, bit for bit, as if it had
/// never stopped.
/// </summary>
public interface ICheckpointed
{
    /// <summary>Writes everything that <see cref="Load"/> needs.</summary>
    /// <param name="writer">Where to write.</param>
    void Save(ICheckpointWriter writer);

    /// <summary>Restores what <see cref="Save"/> wrote. The object must have been made with the same options.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <exception cref="MbMixException">An entry is missing or has another shape or type.</exception>
    void Load(ICheckpointReader reader);
}
