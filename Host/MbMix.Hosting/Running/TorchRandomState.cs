using System.Buffers.Binary;
using TorchSharp;

namespace MbMix.Hosting;

/// <summary>
/// The state of libtorch's global random number generator, a Mersenne Twister of 624 words. libtorch ends the process
/// when it is given an impossible one, so a state from a file is checked first.
/// </summary>
internal static class TorchRandomState
{
    private const int Words = 624;

    /// <summary>Throws unless libtorch can continue from a state.</summary>
    /// <param name="state">
    /// Bytes: seed (8), number of words left (4), whether seeded (4), index of the next word (8), words.
    /// </param>
    /// <exception cref="MbMixException">The state is impossible.</exception>
    public static void Require(torch.Tensor state)
    {
        ReadOnlySpan<byte> bytes = state.data<byte>().ToArray();
        int left = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        int seeded = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]);
        ulong next = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        // the word after the last one that is left must still be one of the state
        if (seeded != 1 || left is < 1 or > Words || next > (ulong)(Words + 1 - left))
            throw new MbMixException(
                "The checkpoint's state of the random number generator of libtorch is impossible.");
    }
}
