namespace MujocoSharp.Native;

/// <summary>Looks at a file that a model names before MuJoCo reads it.</summary>
internal static class AssetCheck
{
    /// <summary>Checks one file; a missing one is left for MuJoCo to report.</summary>
    public static void Run(string kind, string path, string where, MjLoadOptions limits)
    {
        var file = new FileInfo(path);
        if (!file.Exists) return;
        if (file.Length > limits.MaximumAsset)
            throw new MujocoException(MujocoError.Model, $"{where}: {kind} file {path} is larger than {limits.MaximumAsset / 1e6:F0} MB (MjLoadOptions.MaximumAsset).");
    }
}
