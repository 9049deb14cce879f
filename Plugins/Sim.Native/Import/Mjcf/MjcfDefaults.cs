namespace MbMix.Sim.Native;

/// <summary>
/// The default classes of a model: attributes of elements that name a class, or that are in a body that does.
/// </summary>
internal sealed class MjcfDefaults
{
    private const string Main = "main";

    // what all kinds of actuators share; the other defaults of an actuator hold only for its own kind
    private static readonly string[] SharedByActuators =
        ["gear", "ctrlrange", "ctrllimited", "forcerange", "forcelimited", "joint", "group"];

    // class, then element
    private readonly Dictionary<string, Dictionary<string, Dictionary<string, string>>> classes = new() { [Main] = [] };

    /// <summary>Reads all sections of defaults of a model.</summary>
    public MjcfDefaults(MjcfElement model)
    {
        foreach (var section in model.All("default"))
        {
            string name = section["class"] ?? Main;
            if (name != Main && !classes.ContainsKey(name)) Add(section, Main);
            else Fill(section, classes[name]);
        }
    }

    /// <summary>Fills in what an element leaves to its class.</summary>
    /// <param name="element">The element.</param>
    /// <param name="childClass">Class that the bodies around it name; null for the main class.</param>
    public MjcfElement Apply(MjcfElement element, string? childClass)
    {
        string name = element["class"] ?? childClass ?? Main;
        if (!classes.TryGetValue(name, out var elements))
            throw element.Error($"there is no default class '{MjcfElement.Short(name)}'");
        MjcfSchema.Check(element);
        return elements.TryGetValue(element.Name, out var attributes) ? element.With(attributes) : element;
    }

    private void Add(MjcfElement section, string parent)
    {
        string name = section["class"] ?? throw section.Error("it has no attribute 'class'");
        if (classes.ContainsKey(name)) throw section.Error($"there already is a class '{MjcfElement.Short(name)}'");
        var inherited = classes[parent].ToDictionary(e => e.Key, e => new Dictionary<string, string>(e.Value));
        classes[name] = inherited;
        Fill(section, inherited);
    }

    private void Fill(MjcfElement section, Dictionary<string, Dictionary<string, string>> elements)
    {
        // a class inherits what its parent says before and after it
        foreach (var element in section.Children.Where(c => c.Name != "default"))
        {
            MjcfSchema.Check(element);
            var own = Of(elements, element.Name);
            foreach (var (key, value) in element.With(own).Attributes) own[key] = value;
            if (!MjcfSchema.Actuators.Contains(element.Name)) continue;
            foreach (string other in MjcfSchema.Actuators.Where(a => a != element.Name))
            {
                foreach (string key in SharedByActuators)
                {
                    if (element[key] is { } value) Of(elements, other)[key] = value;
                }
            }
        }
        string parent = classes.First(c => ReferenceEquals(c.Value, elements)).Key;
        foreach (var nested in section.All("default")) Add(nested, parent);
    }

    private static Dictionary<string, string> Of(Dictionary<string, Dictionary<string, string>> elements, string name)
    {
        if (!elements.TryGetValue(name, out var found)) elements[name] = found = [];
        return found;
    }
}
