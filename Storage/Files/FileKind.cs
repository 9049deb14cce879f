namespace MbMix.Storage;

/// <summary>What a path refers to.</summary>
internal enum FileKind
{
    /// <summary>Nothing.</summary>
    Absent,

    /// <summary>A regular file.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A pipe, a socket or a device. Opening it may block forever, and reading it may never end.</summary>
    Special,
}
