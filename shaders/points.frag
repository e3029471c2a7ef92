#version 330 core
uniform float radius;
uniform vec4 halo;  // of the ground's colour: dots stay apart from a density of their own colour
flat in vec4 dotColor;
out vec4 color;

void main() {
    float distance = length(gl_PointCoord - 0.5) * (2.0 * radius + 4.0);
    float core = clamp(radius + 0.5 - distance, 0.0, 1.0);
    float ring = clamp(radius + 1.25 - distance, 0.0, 1.0) * halo.a;
    float opacity = mix(ring, dotColor.a, core);
    if (opacity <= 0.0) {
        discard;
    }
    color = vec4(mix(halo.rgb, dotColor.rgb, core), opacity);
}
