using System.Reflection;
using System.Reflection.Emit;

namespace MbMix.Tests.Support;

/// <summary>Writes small plugin assemblies to disk, good and bad ones.</summary>
internal static class HostPluginBuilder
{
    /// <summary>An assembly in a folder of its own name.</summary>
    /// <param name="root">Folder of plugin folders.</param>
    /// <param name="name">Name of folder and assembly.</param>
    /// <param name="contract">Contract version in its attribute; null for no attribute.</param>
    /// <param name="implements">Whether its registration class is an <see cref="IMbMixPlugin"/>.</param>
    /// <param name="throws">Whether its constructor throws.</param>
    /// <param name="needs">Another assembly it refers to.</param>
    /// <param name="abstractions">Version of MbMix.Abstractions it refers to, where not the present one.</param>
    /// <param name="named">Name of the registration class in the attribute.</param>
    /// <returns>The folder.</returns>
    public static string Write(string root, string name, string? contract = ContractVersion.Current, bool implements = true, bool throws = false, string? needs = null, Version? abstractions = null, string named = "Entry")
    {
        string folder = Directory.CreateDirectory(Path.Combine(root, name)).FullName;
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(name) { Version = new Version(1, 0) }, typeof(object).Assembly);
        var module = assembly.DefineDynamicModule(name);
        var entry = module.DefineType("Entry", TypeAttributes.Public | TypeAttributes.Class);
        Constructor(entry, throws);
        if (implements)
        {
            entry.AddInterfaceImplementation(typeof(IMbMixPlugin));
            var register = entry.DefineMethod(nameof(IMbMixPlugin.Register), MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.NewSlot | MethodAttributes.HideBySig, typeof(void), [typeof(IPluginRegistry)]);
            register.GetILGenerator().Emit(OpCodes.Ret);
        }
        if (needs is not null) entry.DefineField("Needed", Foreign(needs, new Version(3, 2, 1, 0), "Something"), FieldAttributes.Public);
        if (abstractions is not null) entry.DefineField("Newer", Foreign("MbMix.Abstractions", abstractions, "Something"), FieldAttributes.Public);
        var type = entry.CreateType();
        if (contract is not null)
        {
            // a named type that does not exist has to be put into the attribute by another one of that name
            var target = named == "Entry" ? type : module.DefineType(named).CreateType();
            assembly.SetCustomAttribute(new CustomAttributeBuilder(typeof(MbMixPluginAttribute).GetConstructors()[0], [target, contract]));
        }
        assembly.Save(Path.Combine(folder, name + ".dll"));
        return folder;
    }

    private static void Constructor(TypeBuilder type, bool throws)
    {
        var il = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, []).GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, typeof(object).GetConstructor([])!);
        if (throws)
        {
            il.Emit(OpCodes.Ldstr, "no licence for flying");
            il.Emit(OpCodes.Newobj, typeof(InvalidOperationException).GetConstructor([typeof(string)])!);
            il.Emit(OpCodes.Throw);
        }
        il.Emit(OpCodes.Ret);
    }

    private static Type Foreign(string assembly, Version version, string type)
    {
        var other = new PersistedAssemblyBuilder(new AssemblyName(assembly) { Version = version }, typeof(object).Assembly);
        return other.DefineDynamicModule(assembly).DefineType(type, TypeAttributes.Public | TypeAttributes.Class).CreateType();
    }
}
