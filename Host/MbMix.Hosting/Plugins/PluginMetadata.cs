using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace MbMix.Hosting;

/// <summary>What is known about an assembly without loading it.</summary>
/// <param name="Path">Path of the assembly's file.</param>
/// <param name="Name">Name of the assembly.</param>
/// <param name="References">The assemblies that it was compiled against.</param>
/// <param name="Registration">
/// The registration class named by its <see cref="MbMixPluginAttribute"/>; null if it has no such attribute.
/// </param>
/// <param name="ContractVersion">The contract version in that attribute.</param>
internal sealed record PluginMetadata(
    string Path, string Name, IReadOnlyList<AssemblyName> References, string? Registration, string? ContractVersion)
{
    /// <summary>Reads a file; null if it is not a .NET assembly.</summary>
    public static PluginMetadata? TryRead(string path)
    {
        try
        {
            using var stream = RegularFile.OpenRead(path);
            using var image = new PEReader(stream);
            if (!image.HasMetadata) return null;
            var reader = image.GetMetadataReader();
            if (!reader.IsAssembly) return null;
            var handles = reader.AssemblyReferences;
            AssemblyName[] references = [.. handles.Select(h => reader.GetAssemblyReference(h).GetAssemblyName())];
            var (registration, version) = FindAttribute(reader);
            return new PluginMetadata(
                path, reader.GetString(reader.GetAssemblyDefinition().Name), references, registration, version);
        }
        catch (Exception e) when (e is BadImageFormatException or MbMixException or InvalidOperationException
            or ArgumentException or OverflowException)
        {
            // whatever the exception, the file is not an assembly that could be loaded
            return null;
        }
    }

    private static (string? Registration, string? ContractVersion) FindAttribute(MetadataReader reader)
    {
        foreach (var handle in reader.GetAssemblyDefinition().GetCustomAttributes())
        {
            var attribute = reader.GetCustomAttribute(handle);
            if (attribute.Constructor.Kind != HandleKind.MemberReference) continue;
            var parent = reader.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
            if (parent.Kind != HandleKind.TypeReference) continue;
            var type = reader.GetTypeReference((TypeReferenceHandle)parent);
            if (reader.GetString(type.Name) != nameof(MbMixPluginAttribute)
                || reader.GetString(type.Namespace) != typeof(MbMixPluginAttribute).Namespace)
                continue;

            // both constructor arguments are stored as strings, the type by its name
            var blob = reader.GetBlobReader(attribute.Value);
            const ushort prolog = 1;
            if (blob.ReadUInt16() != prolog) continue;
            string? registration = blob.ReadSerializedString(), version = blob.ReadSerializedString();
            // the name of a type in another assembly would be followed by a comma and the assembly's name
            return (registration?.Split(',')[0], version);
        }
        return (null, null);
    }
}
