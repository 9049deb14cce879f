namespace MbMix;

/// <summary>
/// Something whose whole state can be saved and brought back, so that training goes on bitwise as if it had never stopped.
/// </summary>
public interface ICheckpointed
{
    /// <summary>Writes everything that <see cref="Load"/> needs.</summary>
    void Save(ICheckpointWriter writer);

    /// <summary>Restores what <see cref="Save"/> wrote into an object that was made with the same options.</summary>
    /// <exception cref="MbMixException">An entry is missing or has another shape or type.</exception>
    void Load(ICheckpointReader reader);
}
