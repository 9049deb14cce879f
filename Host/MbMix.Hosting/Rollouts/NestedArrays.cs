using System.Text.Json;

namespace MbMix.Hosting;

/// <summary>Writes numbers and flags as nested arrays of JSON, which has no notation for NaN and infinities.</summary>
internal static class NestedArrays
{
    /// <summary>Writes numbers of single precision: converted to double, they would print more digits.</summary>
    public static void Write(this Utf8JsonWriter json, string name, float[] values, params long[] shape) => Nest(
        json, name, values, shape, (writer, value) =>
        {
            if (float.IsFinite(value)) writer.WriteNumberValue(value);
            else writer.WriteNullValue();
        });

    /// <summary>Writes numbers of double precision.</summary>
    public static void Write(this Utf8JsonWriter json, string name, double[] values, params long[] shape) => Nest(
        json, name, values, shape, (writer, value) =>
        {
            if (double.IsFinite(value)) writer.WriteNumberValue(value);
            else writer.WriteNullValue();
        });

    /// <summary>Writes flags.</summary>
    public static void Write(this Utf8JsonWriter json, string name, bool[] values, params long[] shape) =>
        Nest(json, name, values, shape, (writer, value) => writer.WriteBooleanValue(value));

    /// <summary>Writes whole numbers.</summary>
    public static void Write(this Utf8JsonWriter json, string name, int[] values, params long[] shape) =>
        Nest(json, name, values, shape, (writer, value) => writer.WriteNumberValue(value));

    private static void Nest<T>(
        Utf8JsonWriter json, string name, T[] values, long[] shape, Action<Utf8JsonWriter, T> leaf)
    {
        json.WritePropertyName(name);
        int at = 0;
        Level(0);

        void Level(int level)
        {
            if (level == shape.Length)
            {
                leaf(json, values[at++]);
                return;
            }
            json.WriteStartArray();
            for (long i = 0; i < shape[level]; i++) Level(level + 1);
            json.WriteEndArray();
        }
    }
}
