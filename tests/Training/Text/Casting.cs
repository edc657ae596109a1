namespace Baton.Training.Text;

/// <summary>Chooses who a story is about: the hero and a friend, with names and pronouns that fit.</summary>
public static class Casting
{
    public static void Cast(Scene scene)
    {
        CastRole(scene, "hero", "kind", string.Empty);
        do
        {
            CastRole(scene, "friend", "fkind", "f");
        }
        while (scene["friend"] == scene["hero"] || scene["fkind"] == scene["kind"]);
    }

    private static void CastRole(Scene scene, string role, string kindSlot, string prefix)
    {
        var female = scene.Random.Chance(0.5);
        var (kind, name) = KindAndName(scene, female);
        scene[role] = name;
        scene[kindSlot] = kind;
        scene[prefix + "he"] = female ? "she" : "he";
        scene[prefix + "him"] = female ? "her" : "him";
        scene[prefix + "his"] = female ? "her" : "his";
        scene[prefix + "himself"] = female ? "herself" : "himself";
    }

    private static (string Kind, string Name) KindAndName(Scene scene, bool female)
    {
        var person = scene.Any(female ? "girl" : "boy");
        var pet = scene.Any(female ? "shepet" : "hepet");
        return scene.Random.NextDouble() switch
        {
            < 0.32 => (female ? "girl" : "boy", person),
            < 0.75 => (scene.Any("animal"), scene.Random.Chance(0.75) ? pet : person),
            < 0.90 => (Magical(scene, female), scene.Random.Chance(0.5) ? pet : person),
            _ => (scene.Any("job"), person),
        };
    }

    private static string Magical(Scene scene, bool female)
    {
        while (true)
        {
            var kind = scene.Any("magical");
            var onlyHers = kind is "mermaid" or "witch" or "princess" or "queen" or "fairy";
            var onlyHis = kind is "wizard" or "prince" or "king";
            if (female ? !onlyHis : !onlyHers)
            {
                return kind;
            }
        }
    }
}
