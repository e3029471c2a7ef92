#version 330 core
uniform float halfWidth;
uniform vec2 dashPattern;  // device pixels drawn and left out
in float across;
in float along;
flat in float dashed;
flat in vec4 lineColor;
out vec4 color;

void main() {
    float coverage = clamp(halfWidth + 0.5 - abs(across), 0.0, 1.0);
    if (dashed > 0.5) {
        float place = mod(along, dashPattern.x + dashPattern.y);
        coverage *= clamp(min(place, dashPattern.x - place) + 0.5, 0.0, 1.0);
    }
    color = vec4(lineColor.rgb, lineColor.a * coverage);
}
