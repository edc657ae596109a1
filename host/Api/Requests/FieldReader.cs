using System.Text.Json;
using Baton.Host.Api.Errors;

namespace Baton.Host.Api.Requests;

/// <summary>
/// Takes single fields out of a body. Absent and null are the same: null. The first fault is kept and the rest is read
/// on, so that readers need not stop at every field.
/// </summary>
internal sealed class FieldReader(JsonElement root)
{
    public ApiError? Error { get; private set; }

    public void Refuse(string? param, string message, string code = "invalid_value") =>
        Error ??= ApiError.Invalid(param, message, code);

    public void Fail(ApiError error) => Error ??= error;

    /// <summary>The field's value; false when it is absent or null.</summary>
    public bool TryGet(string name, out JsonElement value) =>
        root.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    public double? Number(string name, double least, double most, bool leastIncluded = true)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number)
            && (number > least || (leastIncluded && number == least)) && number <= most)
        {
            return number;
        }

        Refuse(name, leastIncluded
            ? $"{name} must be a number from {least} to {most}."
            : $"{name} must be a number above {least}, at most {most}.");
        return null;
    }

    public long? Integer(string name, long least, long most)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (TryInteger(value, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Refuse(name, most == long.MaxValue
            ? $"{name} must be a whole number" + (least == long.MinValue ? "." : $" of at least {least}.")
            : $"{name} must be a whole number from {least} to {most}.");
        return null;
    }

    public bool? Flag(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Refuse(name, $"{name} must be true or false.");
        return null;
    }

    public string? Text(string name, int least, int most)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String
            && value.GetString() is { } text && text.Length >= least && text.Length <= most)
        {
            return text;
        }

        Refuse(name, $"{name} must be a string of {least} to {most} characters.");
        return null;
    }

    public JsonElement? Object(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return value;
        }

        Refuse(name, $"{name} must be an object.");
        return null;
    }

    /// <summary>A list of token ids of the vocabulary; an empty list when the field is absent.</summary>
    public int[] Tokens(string name, int most, int vocabularySize) =>
        TryGet(name, out var value) ? Tokens(name, value, most, vocabularySize) : [];

    /// <summary>The token ids in <paramref name="value"/>, which is or lies in the field <paramref name="name"/>.</summary>
    public int[] Tokens(string name, JsonElement value, int most, int vocabularySize)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > most)
        {
            Refuse(name, $"{name} must be a list of at most {most} token ids.");
            return [];
        }

        var tokens = new int[value.GetArrayLength()];
        var next = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (!TryInteger(item, out var token) || token < 0 || token >= vocabularySize)
            {
                Refuse(name, $"{name} holds something that is not a token id from 0 to {vocabularySize - 1}.");
                return [];
            }

            tokens[next++] = (int)token;
        }

        return tokens;
    }

    // JSON knows one kind of number: 5.0 is as whole as 5.
    private static bool TryInteger(JsonElement value, out long number)
    {
        number = 0;
        if (value.ValueKind != JsonValueKind.Number)
        {
            return false;
        }

        if (value.TryGetInt64(out number))
        {
            return true;
        }

        if (value.TryGetDouble(out var real) && Math.Abs(real) < 1L << 53 && real == Math.Truncate(real))
        {
            number = (long)real;
            return true;
        }

        return false;
    }
}
