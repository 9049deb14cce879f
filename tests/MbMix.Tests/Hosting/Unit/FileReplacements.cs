namespace MbMix.Tests.Unit;

/// <summary>Files that are replaced while others read them.</summary>
public sealed class FileReplacements
{
    [Fact]
    public void A_file_that_somebody_reads_for_a_moment_is_tried_again()
    {
        int tries = 0;
        AtomicFile.Patiently(() =>
        {
            tries++;
            if (tries < 3) throw new UnauthorizedAccessException();
            if (tries < 4) throw new IOException();
        });
        Assert.Equal(4, tries);
    }

    [Fact]
    public void A_file_that_stays_in_use_is_an_error_in_the_end()
    {
        int tries = 0;
        Assert.Throws<IOException>(() => AtomicFile.Patiently(
            () =>
            {
                tries++;
                throw new IOException();
            },
            longest: 4));
        Assert.Equal(1 + 3, tries);
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Patiently(() => throw new InvalidOperationException()));
    }
}
